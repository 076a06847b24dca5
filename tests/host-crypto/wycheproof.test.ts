/**
 * Cases of Project Wycheproof through the crypto imports of a contract, in both interfaces (spec 03 §1.4). The verdicts here
 * follow from the case and the rule, never from the code under test: high S is 1, a number that is none of the group is 10.
 * The files are read from beside the repository and skipped, by name, where they are absent.
 * @module
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fromHex, toHex } from "@enclavenet/common";
import { describe, expect, it, type TestContext } from "vitest";
import { sharedFile } from "../support/shared.ts";
import { type Abi, CryptoGuest } from "./guest.ts";

interface Case {
  readonly tcId: number;
  readonly msg: string;
  readonly sig: string;
  readonly result: "valid" | "invalid";
}
interface Group {
  readonly publicKey: { readonly pk?: string; readonly uncompressed?: string };
  readonly tests: readonly Case[];
}

function cases(context: TestContext, file: string): { readonly test: Case; readonly key: Uint8Array }[] {
  const path = sharedFile("data", "wycheproof", file);
  if (path === undefined) return context.skip("wycheproof data is not beside the repository");
  const { testGroups } = JSON.parse(readFileSync(path, "utf8")) as { testGroups: readonly Group[] };
  return testGroups.flatMap(({ publicKey, tests }) => {
    const key = fromHex(publicKey.uncompressed ?? publicKey.pk ?? "");
    return tests.map((test) => ({ test, key }));
  });
}

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(bytes).digest());
const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const numberAt = (bytes: Uint8Array, at: number) => BigInt(`0x${toHex(bytes.subarray(at, at + 32))}`);

/** What secp256k1_verify must answer. */
function expectedCode({ sig, result }: Case): number {
  const signature = fromHex(sig);
  if (signature.length !== 64) return 4;
  const [r, s] = [numberAt(signature, 0), numberAt(signature, 32)];
  if (r >= N || s >= N) return 10;
  return result === "valid" && s <= N / 2n ? 0 : 1;
}

/** SEC 1 §2.3.3: the compressed form of an uncompressed key. */
const compressed = (key: Uint8Array): string => `0${2 + ((key[64] as number) & 1)}${toHex(key.subarray(1, 33))}`;

/** Cases that RFC 8032 refuses and ZIP-215 takes: R has an encoding that is not the canonical one. */
const ZIP215_ACCEPTS: ReadonlySet<number> = new Set([151]);

const GAS = { secp256k1: 98_304n, ed25519: 73_728n, batch: 75_000n };

describe.each(["v0.10", "v1"] as const)("wycheproof through a %s contract", (abi: Abi) => {
  const guest = new CryptoGuest(abi);

  it("secp256k1_verify", (context) => {
    const codes = new Map<number, number>();
    const all = cases(context, "ecdsa_secp256k1_sha256_p1363_test.json");
    for (const { test, key } of all) {
      const args = [sha256(fromHex(test.msg)), fromHex(test.sig), key] as const;
      const { result, charged } = guest.call("secp256k1_verify", args);
      expect([test.tcId, Number(result), charged]).toEqual([test.tcId, expectedCode(test), GAS.secp256k1]);
      codes.set(Number(result), (codes.get(Number(result)) ?? 0) + 1);
    }
    expect(all).toHaveLength(252);
    expect([...codes.keys()].sort((a, b) => a - b)).toEqual([0, 1, 4, 10]);
  });

  it("secp256k1_recover_pubkey gives the compressed key of every valid signature, high S or not", (context) => {
    const valid = cases(context, "ecdsa_secp256k1_sha256_p1363_test.json").filter(
      ({ test }) => test.result === "valid",
    );
    for (const { test, key } of valid) {
      const [hash, signature] = [sha256(fromHex(test.msg)), fromHex(test.sig)];
      const found = [0, 1, 2, 3].map((id) => guest.bytes("secp256k1_recover_pubkey", [hash, signature, id]));
      expect(
        found.map((one) => one && toHex(one)),
        `case ${test.tcId}`,
      ).toContain(compressed(key));
    }
    expect(valid.length).toBeGreaterThan(100);
  });

  it("ed25519_verify and ed25519_batch_verify of one", (context) => {
    const all = cases(context, "ed25519_test.json");
    for (const { test, key } of all) {
      const args = [fromHex(test.msg), fromHex(test.sig), key] as const;
      const valid = test.result === "valid" || ZIP215_ACCEPTS.has(test.tcId);
      const code = args[1].length !== 64 ? 4 : valid ? 0 : 1;
      const single = guest.call("ed25519_verify", args);
      expect([test.tcId, Number(single.result), single.charged]).toEqual([test.tcId, code, GAS.ed25519]);
      const batch = guest.batch([args[0]], [args[1]], [key]);
      expect([test.tcId, Number(batch.result), batch.charged]).toEqual([test.tcId, code, GAS.batch]);
    }
    expect(all).toHaveLength(151);
  });
});
