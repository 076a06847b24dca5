/**
 * The Merkle tree over the stores (spec 05 §4.5): RFC 6962 shape over leaves sorted by name, each holding the SHA-256
 * of a store's root hash.
 * @module
 */
import { concatBytes, utf8ToBytes } from "@enclavenet/common";
import { EMPTY_HASH, sha256 } from "../iavl/sha256.ts";
import { putUvarint } from "../iavl/varint.ts";

/** A store's name with the root hash of its tree. */
export interface StoreRoot {
  readonly name: string;
  readonly hash: Uint8Array;
}

/** A sibling on the way from a leaf to the top. */
export interface Sibling {
  readonly side: "left" | "right";
  readonly hash: Uint8Array;
}

const LEAF = Uint8Array.of(0);
const INNER = Uint8Array.of(1);
const HASH_LENGTH = Uint8Array.of(32);

/** sha256(00 ‖ uvarint(len name) ‖ name ‖ 20 ‖ sha256(root)). */
function leafHash({ name, hash }: StoreRoot): Uint8Array {
  const bytes = utf8ToBytes(name);
  const length = new Uint8Array(8);
  const used = putUvarint(length, 0, bytes.length);
  return sha256(concatBytes(LEAF, length.subarray(0, used), bytes, HASH_LENGTH, sha256(hash)));
}

/** Largest power of two below `count`. */
function splitPoint(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

function top(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length <= 1) return leaves[0] ?? EMPTY_HASH;
  const split = splitPoint(leaves.length);
  return sha256(concatBytes(INNER, top(leaves.slice(0, split)), top(leaves.slice(split))));
}

/** The AppHash. `roots` are sorted by name. */
export function appHashOf(roots: readonly StoreRoot[]): Uint8Array {
  return top(roots.map(leafHash));
}

/** The siblings of the leaf at `index`, from the leaf to the top. */
export function siblingsOf(roots: readonly StoreRoot[], index: number): Sibling[] {
  const siblings: Sibling[] = [];
  let leaves = roots.map(leafHash);
  let at = index;
  while (leaves.length > 1) {
    const split = splitPoint(leaves.length);
    if (at < split) {
      siblings.push({ side: "right", hash: top(leaves.slice(split)) });
      leaves = leaves.slice(0, split);
    } else {
      siblings.push({ side: "left", hash: top(leaves.slice(0, split)) });
      leaves = leaves.slice(split);
      at -= split;
    }
  }
  return siblings.reverse();
}
