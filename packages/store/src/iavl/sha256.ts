/**
 * SHA-256 for trees, which hash many short inputs.
 *
 * PERF: the one-shot form of Node's crypto costs less per call than a hash object. Its answer as text, one character per byte,
 * becomes a short array inside the heap; as a Buffer it would be memory of its own that is allocated, swept and freed:
 * two and a half times the price in all.
 * @module
 */
import { hash } from "node:crypto";

const LENGTH = 32;

/** SHA-256 as a plain array. Not for secrets: a text cannot be overwritten. */
export function sha256(data: Uint8Array): Uint8Array {
  const text = hash("sha256", data, "binary");
  const out = new Uint8Array(LENGTH);
  for (let i = 0; i < LENGTH; i++) out[i] = text.charCodeAt(i);
  return out;
}

/** SHA-256 of nothing: the root hash of an empty tree (spec 05 §4.1). */
export const EMPTY_HASH: Uint8Array = sha256(new Uint8Array(0));
