/**
 * The two ways in which the protocol uses HKDF-SHA256: free form, and from one 32-byte key to the next.
 *
 * Spec: 02 §1.1, §1.2; 01 §1.2. The derivation context goes into the input keying material, not into `info`.
 * Vectors: tests/vectors/enclave-crypto.json
 * @module
 */
import { concatBytes, fromHex } from "@enclavenet/common";
import { requireLength } from "../errors.ts";
import type { Primitives } from "../primitives.ts";
import { SecretBytes } from "../secret-bytes.ts";

/** HKDF salt of every derivation, client and enclave. spec 02 §1.1 */
export const HKDF_SALT: Uint8Array = fromHex("000000000000000000024bead8df69990852c202db0e0097c1a12ea637d7e96d");

const NO_INFO = new Uint8Array(0);
const KEY_LENGTH = 32;

/** `HKDF(ikm, info)` of spec 02 §1.2: always 32 bytes. */
export function protocolHkdf(primitives: Primitives, ikm: Uint8Array, info: Uint8Array = NO_INFO): Uint8Array {
  return primitives.hkdfSha256(ikm, HKDF_SALT, info, KEY_LENGTH);
}

/** `HKDF(secret ‖ data, info)`, wiping the joined keying material. */
export function hkdfFromSecret(
  primitives: Primitives,
  secret: SecretBytes,
  data: Uint8Array,
  info: Uint8Array = NO_INFO,
): SecretBytes {
  const ikm = concatBytes(secret.expose(), data);
  const key = protocolHkdf(primitives, ikm, info);
  ikm.fill(0);
  return SecretBytes.take(key);
}

/** `derive(key, data)` of spec 02 §1.2: a new 32-byte key bound to `data`. */
export function deriveKey(primitives: Primitives, key: SecretBytes, data: Uint8Array): SecretBytes {
  requireLength(key, KEY_LENGTH, "key");
  return hkdfFromSecret(primitives, key, data);
}

/** A new secret of 32 random bytes. */
export function randomSecret(primitives: Primitives): SecretBytes {
  return SecretBytes.take(primitives.randomBytes(KEY_LENGTH));
}
