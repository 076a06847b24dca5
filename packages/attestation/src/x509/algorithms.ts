/**
 * The one signature algorithm and the one kind of key of Intel's certificates: ECDSA over P-256 with SHA-256.
 *
 * Rule: RFC 5758 §3.2, RFC 5480 §2.1 and §2.2. Both are compared as whole encodings; anything else is refused.
 * @module
 */
import { equalBytes, fromHex } from "@enclavenet/common";
import { DerReader, type DerValue, octetsOfBits, TAG, unsignedInteger } from "../encoding/der.ts";
import { type AttestationCode, refuse } from "../errors.ts";

/** AlgorithmIdentifier of ecdsa-with-SHA256, without parameters. */
export const ECDSA_WITH_SHA256 = fromHex("300a06082a8648ce3d040302");

/** SubjectPublicKeyInfo of an uncompressed point of P-256, up to the point. */
export const P256_KEY = fromHex("3059301306072a8648ce3d020106082a8648ce3d030107034200");

/** Length of an uncompressed point. */
export const POINT_LENGTH = 65;

/** Reads an AlgorithmIdentifier that must be ECDSA with SHA-256. */
export function expectEcdsa(reader: DerReader, code: AttestationCode): void {
  const { whole } = reader.next(TAG.sequence);
  if (!equalBytes(whole, ECDSA_WITH_SHA256)) refuse(code, "signed with something other than ECDSA and SHA-256");
}

/** The point (65 bytes) of a SubjectPublicKeyInfo. Whether it is on the curve shows when it is used. */
export function p256Key(reader: DerReader): Uint8Array {
  const { whole } = reader.next(TAG.sequence);
  const point = whole.subarray(P256_KEY.length);
  const known = equalBytes(whole.subarray(0, P256_KEY.length), P256_KEY);
  if (!known || point.length !== POINT_LENGTH || point[0] !== 4) {
    refuse("CERTIFICATE_FORMAT", "key that is no uncompressed point of P-256");
  }
  return point;
}

/** r ‖ s of a BIT STRING that holds an ECDSA-Sig-Value. RFC 3279 §2.2.3 */
export function ecdsaSignature(value: DerValue): Uint8Array {
  const outer = new DerReader(octetsOfBits(value));
  const pair = outer.open(TAG.sequence);
  outer.end();
  const signature = new Uint8Array(64);
  for (const end of [32, 64]) {
    const number = unsignedInteger(pair.next(TAG.integer));
    if (number.length > 32) refuse("DER_FORMAT", "number of a signature is too long");
    signature.set(number, end - number.length);
  }
  pair.end();
  return signature;
}
