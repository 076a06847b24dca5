/**
 * Ed25519 verification by the rules of ZIP-215, on the wasm curve: any encoding that decodes, S below the order, and the
 * equation with the cofactor. Contracts see the outcome (spec 03 §1.4), so that it is the rule and not a library's taste.
 * @module
 */
import { hash } from "node:crypto";
import { concatBytes } from "@enclavenet/common";
import { isCanonicalEdwardsScalar, littleEndianInteger } from "../../edwards-encoding.ts";
import { EdwardsCurve } from "./curve.ts";

/** L, the order of the base point. RFC 8032 §5.1 */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

let shared: EdwardsCurve | undefined;

function curve(): EdwardsCurve {
  shared ??= new EdwardsCurve();
  return shared;
}

/** Whether 32 bytes decode to a point under ZIP-215. */
export function isZip215PublicKey(publicKey: Uint8Array): boolean {
  return publicKey.length === 32 && curve().decode(curve().first, publicKey);
}

/** Verifies a signature under ZIP-215. */
export function verifyZip215(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
  if (!isCanonicalEdwardsScalar(s)) return false;
  const edwards = curve();
  if (!edwards.decode(edwards.first, publicKey) || !edwards.decode(edwards.second, r)) return false;
  const k = littleEndianInteger(hash("sha512", concatBytes(r, publicKey, message), "buffer")) % ORDER;
  return edwards.isSum(littleEndianInteger(s), k, edwards.first, edwards.second);
}
