/**
 * SHA-256 and validator addresses (spec 05 §3.1). This room runs on Node only, in the host's main thread.
 * @module
 */
import { createHash } from "node:crypto";

/** SHA-256 of `bytes`. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}

/** Validator address: first 20 bytes of SHA-256 of the public key. */
export function validatorAddress(publicKey: Uint8Array): Uint8Array {
  return sha256(publicKey).slice(0, 20);
}
