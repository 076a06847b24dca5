/**
 * SHA-256 and validator addresses (spec 05 §3.1). This room runs on Node only, in the host's main thread.
 * @module
 */
import { publicSha256 } from "@enclavenet/crypto/native";

/** SHA-256 of `bytes`. */
export const sha256 = publicSha256;

/** Validator address: first 20 bytes of SHA-256 of the public key. */
export function validatorAddress(publicKey: Uint8Array): Uint8Array {
  return sha256(publicKey).slice(0, 20);
}
