/**
 * The two ways in which OpenSSL is given an Ed25519 seed: releases of Node differ in which one they take.
 * @module
 */
import { createPublicKey, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SecretBytes } from "../src/index.ts";
import { nodeEd25519, seedImports } from "../src/node/ed25519.ts";

// RFC 8032 §7.1, test 1.
const SEED = Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex");
const PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const SIGNATURE =
  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

const seed = SecretBytes.from(new Uint8Array(SEED));
const forms = Number(process.versions.node.split(".")[0]) < 26 ? (["jwk", "der"] as const) : (["der"] as const);

describe("an Ed25519 seed", () => {
  it.each(forms)("imported as %s is the key of RFC 8032", (form) => {
    const key = seedImports[form](seed);
    const spki = createPublicKey(key).export({ format: "der", type: "spki" });
    expect(spki.subarray(-32).toString("hex")).toBe(PUBLIC);
    expect(sign(null, new Uint8Array(0), key).toString("hex")).toBe(SIGNATURE);
  });

  it("is imported in the way that this Node takes", () => {
    expect(Buffer.from(nodeEd25519.ed25519PublicKey(seed)).toString("hex")).toBe(PUBLIC);
    expect(Buffer.from(nodeEd25519.ed25519Sign(new Uint8Array(0), seed)).toString("hex")).toBe(SIGNATURE);
  });
});
