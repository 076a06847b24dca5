/**
 * Verification by remembered points: the verdicts are those of a memory that is empty, and the memory is bounded.
 * @module
 */
import { expect, it } from "vitest";
import { createNodePrimitives } from "../src/node/index.ts";
import { KnownPoints } from "../src/node/secp256k1-points.ts";
import { SecretBytes } from "../src/secret-bytes.ts";

const primitives = createNodePrimitives();
const digest = primitives.sha256(Uint8Array.of(1));

function signer(seed: number) {
  const privateKey = SecretBytes.from(primitives.sha256(Uint8Array.of(seed, seed >> 8)));
  const publicKey = primitives.secp256k1PublicKey(privateKey) as Uint8Array;
  return { publicKey, signature: primitives.secp256k1Sign(digest, privateKey) as Uint8Array };
}

it("judges a key again as it did the first time", () => {
  const { publicKey, signature } = signer(1);
  const other = signer(2);
  const negated = Uint8Array.from(publicKey, (byte, i) => (i === 0 ? byte ^ 1 : byte));
  const notOnCurve = Uint8Array.from(publicKey, (byte, i) => (i === 0 ? byte : 0xff));
  for (let round = 0; round < 2; round++) {
    expect(primitives.secp256k1Verify(digest, signature, publicKey)).toBe(true);
    expect(primitives.secp256k1Verify(digest, signature, negated)).toBe(false);
    expect(primitives.secp256k1Verify(digest, signature, other.publicKey)).toBe(false);
    expect(primitives.secp256k1Verify(digest, other.signature, other.publicKey)).toBe(true);
    expect(primitives.secp256k1Verify(digest, signature, notOnCurve)).toBe(false);
  }
});

it("keeps a caller's bytes apart from what it remembers", () => {
  const { publicKey, signature } = signer(3);
  expect(primitives.secp256k1Verify(digest, signature, publicKey)).toBe(true);
  const another = signer(4).publicKey;
  publicKey.set(another);
  expect(primitives.secp256k1Verify(digest, signature, publicKey)).toBe(false);
});

it("remembers points, not refusals, and makes room for new ones", () => {
  const points = new KnownPoints(2);
  let asked = 0;
  const point = (byte: number) =>
    points.get(Uint8Array.of(byte), () => {
      asked++;
      return byte === 0 ? undefined : Uint8Array.of(byte, byte);
    });
  expect([point(0), point(0)]).toEqual([undefined, undefined]);
  expect(asked).toBe(2);
  for (const byte of [1, 2, 1, 3]) expect(point(byte)).toEqual(Uint8Array.of(byte, byte));
  expect(asked).toBe(5);
  point(1);
  expect(asked).toBe(5);
  point(2);
  expect(asked).toBe(6);
});
