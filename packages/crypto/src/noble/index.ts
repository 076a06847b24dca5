/**
 * Primitives in JavaScript only, for browsers: `@noble/curves`, `@noble/hashes`, `@noble/ciphers`.
 * @module
 */
import { randomBytes } from "@noble/hashes/utils.js";
import type { Primitives } from "../primitives.ts";
import { nobleSiv } from "./aes-siv.ts";
import { nobleEd25519 } from "./ed25519.ts";
import { nobleHashes } from "./hashes.ts";
import { nobleP256, nobleSecp256k1 } from "./secp256k1.ts";
import { nobleX25519 } from "./x25519.ts";

/** Primitives without any platform library. Stateless. */
export const noblePrimitives: Primitives = {
  name: "noble",
  randomBytes: (length) => randomBytes(length),
  ...nobleHashes,
  ...nobleSiv,
  ...nobleX25519,
  ...nobleSecp256k1,
  ...nobleEd25519,
  ...nobleP256,
};

export { nobleP256Signer, type P256Signer } from "./p256-signer.ts";
/** Single parts, for bundles that need no more than these. */
export { nobleHashes, nobleP256 };
