/**
 * Ed25519 where implementations differ: small-order and mixed-order points, non-canonical encodings. ZIP-215 must
 * accept what it says, the strict rule must refuse it, and both doors must agree.
 * @module
 */
import { concatBytes, fromHex } from "@enclavenet/common";
import { SecretBytes } from "@enclavenet/crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { doors, noble, node } from "./support/doors.ts";

const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;

/** The eight points of small order in their canonical encodings, then the non-canonical ones. ZIP-215, test vectors. */
const SMALL_ORDER = [
  `01${"00".repeat(31)}`,
  `ec${"ff".repeat(30)}7f`,
  "00".repeat(32),
  `${"00".repeat(31)}80`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
  `01${"00".repeat(30)}80`,
  `ec${"ff".repeat(31)}`,
  `ee${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(31)}`,
  `ed${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(31)}`,
].map(fromHex);
const CANONICAL = 8;

const littleEndian = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);

describe("ZIP-215 corner cases", () => {
  it("accepts S = 0 with every pair of small-order encodings, on both doors", () => {
    const message = fromHex("5a63617368");
    for (const publicKey of SMALL_ORDER) {
      for (const r of SMALL_ORDER) {
        const signature = concatBytes(r, new Uint8Array(32));
        for (const door of doors) expect(door.ed25519VerifyZip215(message, signature, publicKey)).toBe(true);
        const strict = node.ed25519Verify(message, signature, publicKey);
        expect(noble.ed25519Verify(message, signature, publicKey)).toBe(strict);
        const isCanonical = SMALL_ORDER.indexOf(publicKey) < CANONICAL && SMALL_ORDER.indexOf(r) < CANONICAL;
        if (!isCanonical) expect(strict).toBe(false);
      }
    }
  });

  it("accepts a key with a torsion part only with the cofactor", () => {
    const torsion = Point.fromBytes(SMALL_ORDER[4] as Uint8Array, true);
    let strictRefusals = 0;
    for (let i = 1n; i <= 16n; i++) {
      const [a, r, message] = [i * 1234567n, i * 7654321n, Uint8Array.of(Number(i))];
      const publicKey = Point.BASE.multiply(a).add(torsion).toBytes();
      const rBytes = Point.BASE.multiply(r).toBytes();
      const k = littleEndian(sha512(concatBytes(rBytes, publicKey, message))) % ORDER;
      const signature = concatBytes(rBytes, Point.Fn.toBytes((r + k * a) % ORDER));
      for (const door of doors) {
        expect(door.ed25519VerifyZip215(message, signature, publicKey)).toBe(true);
        expect(door.ed25519Verify(message, signature, publicKey)).toBe(k % 8n === 0n);
        expect(door.ed25519VerifyZip215(Uint8Array.of(99), signature, publicKey)).toBe(false);
      }
      if (k % 8n !== 0n) strictRefusals++;
    }
    expect(strictRefusals).toBeGreaterThan(0);
  });

  it("refuses S + L everywhere", () => {
    const seed = SecretBytes.from(new Uint8Array(32).fill(3));
    const publicKey = node.ed25519PublicKey(seed);
    const signature = node.ed25519Sign(Uint8Array.of(1), seed);
    const lifted = (littleEndian(signature.subarray(32)) + ORDER).toString(16).padStart(64, "0");
    const malleated = concatBytes(signature.subarray(0, 32), fromHex(lifted).reverse());
    for (const door of doors) {
      expect(door.ed25519Verify(Uint8Array.of(1), signature, publicKey)).toBe(true);
      expect(door.ed25519Verify(Uint8Array.of(1), malleated, publicKey)).toBe(false);
      expect(door.ed25519VerifyZip215(Uint8Array.of(1), malleated, publicKey)).toBe(false);
    }
  });
});

describe("doors", () => {
  const fixed = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

  it("agree on keys, signatures and honest verification", () => {
    fc.assert(
      fc.property(fixed(32).map(SecretBytes.from), fc.uint8Array({ maxLength: 100 }), (seed, message) => {
        const publicKey = node.ed25519PublicKey(seed);
        expect(publicKey).toEqual(noble.ed25519PublicKey(seed));
        const signature = node.ed25519Sign(message, seed);
        expect(signature).toEqual(noble.ed25519Sign(message, seed));
        for (const door of doors) {
          expect(door.ed25519Verify(message, signature, publicKey)).toBe(true);
          expect(door.ed25519VerifyZip215(message, signature, publicKey)).toBe(true);
          expect(door.ed25519IsPublicKey(publicKey)).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("agree on arbitrary bytes", () => {
    const key = fc.oneof(fixed(32), fc.constantFrom(...SMALL_ORDER), fc.uint8Array({ maxLength: 33 }));
    const signature = fc.oneof(
      fixed(64),
      fc.tuple(fixed(32), fixed(31)).map(([r, s]) => concatBytes(r, s, Uint8Array.of(0))),
      fc.uint8Array({ maxLength: 65 }),
    );
    fc.assert(
      fc.property(key, signature, (publicKey, sig) => {
        const args = [Uint8Array.of(1), sig, publicKey] as const;
        expect(node.ed25519Verify(...args)).toBe(noble.ed25519Verify(...args));
        expect(node.ed25519VerifyZip215(...args)).toBe(noble.ed25519VerifyZip215(...args));
        expect(node.ed25519IsPublicKey(publicKey)).toBe(noble.ed25519IsPublicKey(publicKey));
      }),
      { numRuns: 60 },
    );
  });
});
