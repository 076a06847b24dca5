/**
 * Signatures over P-256 from `@noble/curves`: deterministic, so that the same authority writes the same certificates.
 *
 * Rule: FIPS 186-5 §6.4, RFC 6979.
 * @module
 */
import { p256 } from "@noble/curves/nist.js";
import { requireLength } from "../errors.ts";
import type { SecretBytes } from "../secret-bytes.ts";

/** A P-256 key that signs with SHA-256. */
export interface P256Signer {
  /** Uncompressed point, 65 bytes. */
  readonly publicKey: Uint8Array;
  /** r ‖ s */
  sign(message: Uint8Array): Uint8Array;
}

/** The signer of a private scalar of 32 bytes; undefined when it is not in [1, n). */
export function nobleP256Signer(privateKey: SecretBytes): P256Signer | undefined {
  requireLength(privateKey, 32, "private key");
  if (!p256.utils.isValidSecretKey(privateKey.expose())) return undefined;
  const publicKey = p256.getPublicKey(privateKey.expose(), false);
  return { publicKey, sign: (message) => p256.sign(message, privateKey.expose(), { lowS: false }) };
}
