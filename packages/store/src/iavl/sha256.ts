/**
 * SHA-256 for trees. PERF: the one-shot form of Node's crypto costs less per call than a hash object, which matters
 * because a tree hashes many short inputs.
 * @module
 */
import { hash } from "node:crypto";

/** SHA-256 as a plain array. */
export function sha256(data: Uint8Array): Uint8Array {
  const digest = hash("sha256", data, "buffer");
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.length);
}

/** SHA-256 of nothing: the root hash of an empty tree (spec 05 §4.1). */
export const EMPTY_HASH: Uint8Array = sha256(new Uint8Array(0));
