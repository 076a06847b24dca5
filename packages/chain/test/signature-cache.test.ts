/**
 * The cache of verified signatures answers as verification does. The subject has no public door of its own.
 * @module
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withSignatureCache } from "../src/support/signature-cache.ts";
import { primitives, testAccount } from "./support/accounts.ts";

const account = testAccount(1);
const digest = primitives.sha256(Uint8Array.of(1));
const signature = primitives.secp256k1Sign(digest, account.privateKey) as Uint8Array;

describe("withSignatureCache", () => {
  it("verifies a good signature once", () => {
    let calls = 0;
    const counting = {
      ...primitives,
      secp256k1Verify: (...args: Parameters<typeof primitives.secp256k1Verify>) => {
        calls++;
        return primitives.secp256k1Verify(...args);
      },
    };
    const cached = withSignatureCache(counting);
    for (let i = 0; i < 3; i++) expect(cached.secp256k1Verify(digest, signature, account.publicKey)).toBe(true);
    expect(calls).toBe(1);
  });

  it("gives the answer of the primitives for every change of digest, signature or key, and at any capacity", () => {
    const cached = withSignatureCache(primitives, 1);
    const flip = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at % bytes.length ? byte ^ 1 : byte));
    fc.assert(
      fc.property(fc.constantFrom("none", "digest", "signature", "key"), fc.nat(63), (part, at) => {
        const question = [
          part === "digest" ? flip(digest, at) : digest,
          part === "signature" ? flip(signature, at) : signature,
          part === "key" ? flip(account.publicKey, at) : account.publicKey,
        ] as const;
        expect(cached.secp256k1Verify(...question)).toBe(primitives.secp256k1Verify(...question));
        expect(cached.secp256k1Verify(digest, signature, account.publicKey)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("does not mistake parts that run together for the signature it knows", () => {
    const cached = withSignatureCache(primitives);
    expect(cached.secp256k1Verify(digest, signature, account.publicKey)).toBe(true);
    const shifted = [
      digest,
      signature.slice(0, 63),
      Uint8Array.of(signature[63] as number, ...account.publicKey),
    ] as const;
    expect(cached.secp256k1Verify(...shifted)).toBe(false);
  });
});
