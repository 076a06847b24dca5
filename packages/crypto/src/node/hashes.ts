/**
 * Hashes, HMAC and HKDF over OpenSSL. RIPEMD-160 and Keccak-256 come from `@noble/hashes`: builds of OpenSSL differ in
 * whether they carry them.
 *
 * PERF(spec 06 §5): `crypto.hash` is the one-shot form; HKDF is two or more HMACs, half the price of `hkdfSync`.
 * @module
 */
import { createHmac, hash } from "node:crypto";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { requireHkdfLength } from "../preconditions.ts";
import type { HashPrimitives } from "../primitives.ts";
import { plainBytes } from "./plain-bytes.ts";

const HASH_LENGTH = 32;

function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  return plainBytes(createHmac("sha256", key).update(data).digest());
}

/** RFC 5869 §2.2 and §2.3. */
function hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  requireHkdfLength(length);
  const pseudorandomKey = hmacSha256(salt, ikm);
  const out = new Uint8Array(length);
  let previous: Uint8Array = new Uint8Array(0);
  for (let offset = 0, counter = 1; offset < length; offset += HASH_LENGTH, counter++) {
    const block = createHmac("sha256", pseudorandomKey).update(previous).update(info).update(Uint8Array.of(counter));
    previous = plainBytes(block.digest());
    out.set(previous.subarray(0, length - offset), offset);
  }
  pseudorandomKey.fill(0);
  return out;
}

/** Hash part of the node implementation. */
export const nodeHashes: HashPrimitives = {
  sha256: (data) => plainBytes(hash("sha256", data, "buffer")),
  ripemd160: (data) => ripemd160(data),
  keccak256: (data) => keccak_256(data),
  hmacSha256,
  hkdfSha256,
};
