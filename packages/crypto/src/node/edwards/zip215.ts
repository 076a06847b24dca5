/**
 * Ed25519 verification by the rules of ZIP-215, on the wasm curve: any encoding that decodes, S below the order, and the
 * equation with the cofactor. Contracts see the outcome (spec 03 §1.4), so that it is the rule and not a library's taste.
 * @module
 */
import { createHash, hash } from "node:crypto";
import { concatBytes } from "@enclavenet/common";
import { EDWARDS_ORDER, littleEndianInteger } from "../../edwards-encoding.ts";
import { EdwardsCurve, HALF_BITS } from "./curve.ts";
import { halfSizeOf } from "./half-size.ts";

let shared: EdwardsCurve | undefined;

function curve(): EdwardsCurve {
  shared ??= new EdwardsCurve();
  return shared;
}

/** Whether 32 bytes decode to a point under ZIP-215. */
export function isZip215PublicKey(publicKey: Uint8Array): boolean {
  return publicKey.length === 32 && curve().decode(curve().first, publicKey);
}

/** PERF: below this length copying costs less than a hash that is fed in parts. */
const LONG = 4096;

/** SHA-512 of R ‖ A ‖ message as a scalar. RFC 8032 §5.1.7 */
function challenge(r: Uint8Array, publicKey: Uint8Array, message: Uint8Array): bigint {
  const digest =
    message.length < LONG
      ? hash("sha512", concatBytes(r, publicKey, message), "buffer")
      : createHash("sha512").update(r).update(publicKey).update(message).digest();
  return littleEndianInteger(digest) % EDWARDS_ORDER;
}

/**
 * Verifies a signature under ZIP-215: [8]([S]B − [k]A − R) is the identity. Both sides are multiplied by a `b` that makes b·k
 * small: [8] maps every point, whatever its part of small order, into the subgroup of prime order, where a factor that is no
 * multiple of that order changes nothing about being the identity.
 */
export function verifyZip215(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  const commitment = signature.subarray(0, 32);
  const s = littleEndianInteger(signature.subarray(32));
  if (s >= EDWARDS_ORDER) return false;
  const edwards = curve();
  if (!edwards.decode(edwards.first, publicKey) || !edwards.decode(edwards.second, commitment)) return false;
  const { a, b } = halfSizeOf(challenge(commitment, publicKey, message), EDWARDS_ORDER, HALF_BITS);
  const base = (b * s) % EDWARDS_ORDER;
  return edwards.isSum(base < 0n ? base + EDWARDS_ORDER : base, a, b);
}
