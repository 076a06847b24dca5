/**
 * The Merkle tree of CometBFT: RFC 6962 hashing, split at the largest power of two below the number of leaves.
 *
 * Spec: 05 §3.1.
 * @module
 */
import { concatBytes, equalBytes } from "@enclavenet/common";
import { refuse } from "../errors.ts";
import type { HashFunction } from "../primitives.ts";

const LEAF = Uint8Array.of(0);
const INNER = Uint8Array.of(1);

/** Hash of one leaf's bytes. */
export function leafHash(primitives: HashFunction, leaf: Uint8Array): Uint8Array {
  return primitives.sha256(concatBytes(LEAF, leaf));
}

/** Hash of two subtrees. */
export function innerHash(primitives: HashFunction, left: Uint8Array, right: Uint8Array): Uint8Array {
  return primitives.sha256(concatBytes(INNER, left, right));
}

/** Largest power of two strictly less than `count`. */
function splitPoint(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

function rootOf(primitives: HashFunction, hashes: readonly Uint8Array[], from: number, to: number): Uint8Array {
  if (to - from === 1) return hashes[from] as Uint8Array;
  const middle = from + splitPoint(to - from);
  return innerHash(primitives, rootOf(primitives, hashes, from, middle), rootOf(primitives, hashes, middle, to));
}

/** Root over the leaves' bytes; SHA-256 of nothing when there are none. */
export function merkleRoot(primitives: HashFunction, leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return primitives.sha256(new Uint8Array(0));
  const hashes = leaves.map((leaf) => leafHash(primitives, leaf));
  return rootOf(primitives, hashes, 0, hashes.length);
}

/** Inclusion proof of one leaf; aunts bottom-up. */
export interface MerkleProof {
  readonly total: number;
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly aunts: readonly Uint8Array[];
}

function auntsOf(
  primitives: HashFunction,
  hashes: readonly Uint8Array[],
  range: { from: number; to: number },
  index: number,
): Uint8Array[] {
  const { from, to } = range;
  if (to - from === 1) return [];
  const middle = from + splitPoint(to - from);
  const inLeft = index < middle;
  const near = inLeft ? { from, to: middle } : { from: middle, to };
  const far = inLeft ? rootOf(primitives, hashes, middle, to) : rootOf(primitives, hashes, from, middle);
  return [...auntsOf(primitives, hashes, near, index), far];
}

/** Proof that `leaves[index]` is in the tree. */
export function merkleProof(primitives: HashFunction, leaves: readonly Uint8Array[], index: number): MerkleProof {
  const hashes = leaves.map((leaf) => leafHash(primitives, leaf));
  const own = hashes[index];
  if (own === undefined) refuse("PROOF", "no leaf at this index");
  return {
    total: leaves.length,
    index,
    leafHash: own,
    aunts: auntsOf(primitives, hashes, { from: 0, to: hashes.length }, index),
  };
}

/** Root that a proof leads to, or undefined when its number of aunts does not fit its position. */
function rootFromAunts(
  primitives: HashFunction,
  proof: Pick<MerkleProof, "total" | "index">,
  hash: Uint8Array,
  aunts: readonly Uint8Array[],
): Uint8Array | undefined {
  const { total, index } = proof;
  if (total <= 1) return aunts.length === 0 ? hash : undefined;
  const aunt = aunts[aunts.length - 1];
  if (aunt === undefined) return undefined;
  const split = splitPoint(total);
  const inLeft = index < split;
  const child = inLeft ? { total: split, index } : { total: total - split, index: index - split };
  const inner = rootFromAunts(primitives, child, hash, aunts.slice(0, -1));
  if (inner === undefined) return undefined;
  return inLeft ? innerHash(primitives, inner, aunt) : innerHash(primitives, aunt, inner);
}

/** Deepest tree that a proof may claim. */
const MAX_AUNTS = 100;

function hasProofShape({ total, index, aunts }: MerkleProof): boolean {
  if (!Number.isSafeInteger(total) || !Number.isSafeInteger(index) || index < 0 || index >= total) return false;
  return aunts.length <= MAX_AUNTS;
}

/** Whether `leaf` is the leaf at `proof.index` of the tree with `root`. */
export function verifyMerkleProof(
  primitives: HashFunction,
  root: Uint8Array,
  leaf: Uint8Array,
  proof: MerkleProof,
): boolean {
  if (!hasProofShape(proof)) return false;
  const hash = leafHash(primitives, leaf);
  const computed = rootFromAunts(primitives, proof, hash, proof.aunts);
  return computed !== undefined && equalBytes(computed, root) && equalBytes(hash, proof.leafHash);
}
