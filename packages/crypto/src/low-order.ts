/**
 * Low-order points of Curve25519 and its twist in every 32-byte encoding. Multiplying one by a clamped scalar gives
 * zero, which OpenSSL and noble refuse to return although RFC 7748 defines it and the protocol needs it.
 *
 * Spec: 02 §1.1 ("no contributory check"), §2.5; RFC 7748 §5 (the top bit is ignored), §6.1
 * @module
 */
import { equalBytes, fromHex } from "@enclavenet/common";

/** u-coordinates, little endian, top bit clear: 0, 1, the two of order 8, p−1, p, p+1. */
const LOW_ORDER = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
].map(fromHex);

/** Whether X25519 with this public key gives the all-zero secret for every private key. */
export function isLowOrderPublicKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== 32) return false;
  const masked = new Uint8Array(publicKey);
  masked[31] = (masked[31] as number) & 0x7f;
  return LOW_ORDER.some((point) => equalBytes(point, masked));
}
