/**
 * Hashes, HMAC and HKDF from `@noble/hashes`.
 * @module
 */
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { requireHkdfLength } from "../preconditions.ts";
import type { HashPrimitives } from "../primitives.ts";

/** Hash part of the noble implementation. */
export const nobleHashes: HashPrimitives = {
  sha256: (data) => sha256(data),
  ripemd160: (data) => ripemd160(data),
  keccak256: (data) => keccak_256(data),
  hmacSha256: (key, data) => hmac(sha256, key, data),
  hkdfSha256(ikm, salt, info, length) {
    requireHkdfLength(length);
    return length === 0 ? new Uint8Array(0) : hkdf(sha256, ikm, salt, info, length);
  },
};
