/**
 * Canonical encodings of Ed25519: which 32 bytes are the one encoding of a point's y, which of a scalar.
 * RFC 8032 §5.1.2, §5.1.3, §5.1.7
 * @module
 */
import { toHex } from "@enclavenet/common";

/** p = 2^255 − 19 */
const FIELD_PRIME = 2n ** 255n - 19n;
/** L, the order of the base point. RFC 8032 §5.1 */
export const EDWARDS_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** Little-endian integer. For public values. */
export function littleEndianInteger(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(Uint8Array.from(bytes).reverse())}`);
}

/**
 * Whether 32 bytes are canonical as far as that can be told without a square root: y below p, and no sign bit where x
 * is zero (y = 1 or y = −1). Whether there is a point with that y is another question.
 */
export function isCanonicalEdwardsEncoding(bytes: Uint8Array): boolean {
  const masked = new Uint8Array(bytes);
  const sign = (masked[31] as number) >> 7;
  masked[31] = (masked[31] as number) & 0x7f;
  const y = littleEndianInteger(masked);
  if (y >= FIELD_PRIME) return false;
  return sign === 0 || (y !== 1n && y !== FIELD_PRIME - 1n);
}
