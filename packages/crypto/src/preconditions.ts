/**
 * Preconditions that both implementations check in the same way, so that wrong use fails alike on either door.
 * @module
 */
import { cryptoUsageError, requireLength } from "./errors.ts";
import type { SecretBytes } from "./secret-bytes.ts";

/** RFC 5297 §7: S2V takes 127 components, one of which is the plaintext. */
export const MAX_SIV_HEADERS = 126;

/** Length of V in front of every ciphertext. */
export const SIV_TAG_LENGTH = 16;

/** RFC 5869 §2.3: at most 255 blocks of output. */
export function requireHkdfLength(length: number): void {
  if (!Number.isInteger(length) || length < 0 || length > 255 * 32) throw cryptoUsageError("bad HKDF length");
}

/** Checks key and header count of an AES-SIV operation and returns the key's bytes. */
export function requireSivInput(key: SecretBytes, headers: readonly Uint8Array[]): Uint8Array {
  requireLength(key, 32, "AES-SIV key");
  if (headers.length > MAX_SIV_HEADERS) throw cryptoUsageError("too many AES-SIV headers");
  return key.expose();
}
