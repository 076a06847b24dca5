/**
 * Ed25519 from `@noble/curves`. The strict verification is written out here, because the library's own always uses
 * the equation with cofactor and refuses small-order keys.
 * @module
 */

import { concatBytes, equalBytes } from "@enclavenet/common";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { littleEndianInteger } from "../edwards-encoding.ts";
import { requireLength } from "../errors.ts";
import type { Ed25519Primitives } from "../primitives.ts";

const { Point } = ed25519;

/** RFC 8032 §5.1.7 with the comparison of encodings: R must equal the encoding of [S]B − [k]A. */
function verifyStrict(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  const s = littleEndianInteger(signature.subarray(32));
  if (!Point.Fn.isValid(s)) return false;
  let a: InstanceType<typeof Point>;
  try {
    a = Point.fromBytes(publicKey, false);
  } catch {
    return false;
  }
  const r = signature.subarray(0, 32);
  const k = Point.Fn.create(littleEndianInteger(sha512(concatBytes(r, publicKey, message))));
  const expected = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k));
  return equalBytes(expected.toBytes(), r);
}

/** ZIP-215 verification. */
function verifyZip215(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  return ed25519.verify(signature, message, publicKey, { zip215: true });
}

/** Whether the bytes decode to a point under ZIP-215. */
function isZip215PublicKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== 32) return false;
  return ed25519.utils.isValidPublicKey(publicKey, true);
}

/** Ed25519 part of the noble implementation. */
export const nobleEd25519: Ed25519Primitives = {
  ed25519PublicKey(seed) {
    requireLength(seed, 32, "seed");
    return ed25519.getPublicKey(seed.expose());
  },
  ed25519Sign(message, seed) {
    requireLength(seed, 32, "seed");
    return ed25519.sign(message, seed.expose());
  },
  ed25519Verify(message, signature, publicKey) {
    if (signature.length !== 64 || publicKey.length !== 32) return false;
    return verifyStrict(message, signature, publicKey);
  },
  ed25519VerifyZip215: verifyZip215,
  ed25519IsPublicKey: isZip215PublicKey,
};
