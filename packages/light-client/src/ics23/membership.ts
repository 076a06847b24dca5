/**
 * Verification of one proof against the root of one tree: that a key has a value, or that it has none.
 *
 * Spec: 05 §4.6. Every refusal is a {@link LightClientError} whose code begins with `PROOF_`.
 * @module
 */
import { compareBytes, equalBytes } from "@enclavenet/common";
import { refuse } from "../errors.ts";
import type { HashFunction } from "../primitives.ts";
import { checkAgainstSpec } from "./check-spec.ts";
import { areNeighbours, isLeftMost, isRightMost } from "./neighbours.ts";
import { applyInner, applyLeaf, prehash } from "./operations.ts";
import type { CommitmentProof, ExistenceProof, NonExistenceProof, ProofSpec } from "./types.ts";

/** A tree and its root. */
export interface TreeRoot {
  readonly spec: ProofSpec;
  readonly root: Uint8Array;
}

/** Root that an existence proof leads to, once each of its nodes fits the tree. */
export function existenceRoot(primitives: HashFunction, spec: ProofSpec, proof: ExistenceProof): Uint8Array {
  const leaf = checkAgainstSpec(spec, proof);
  let hash = applyLeaf(primitives, leaf, proof.key, proof.value);
  for (const node of proof.path) hash = applyInner(primitives, node, hash);
  return hash;
}

function checkRoot(primitives: HashFunction, { spec, root }: TreeRoot, proof: ExistenceProof): void {
  if (!equalBytes(existenceRoot(primitives, spec, proof), root))
    refuse("PROOF_ROOT", "the proof leads to another root");
}

/** Throws unless `proof` shows that the tree has `value` at `key`. */
export function verifyMembership(
  primitives: HashFunction,
  tree: TreeRoot,
  proof: CommitmentProof,
  key: Uint8Array,
  value: Uint8Array,
): void {
  const { exist } = proof;
  if (exist === undefined) refuse("PROOF_KEY", "not a proof of existence");
  if (!equalBytes(exist.key, key) || !equalBytes(exist.value, value)) {
    refuse("PROOF_KEY", "a proof of another key or value");
  }
  checkRoot(primitives, tree, exist);
}

/** What the tree orders a key by. */
function placeOf(primitives: HashFunction, spec: ProofSpec, key: Uint8Array): Uint8Array {
  return spec.comparesHashedKeys === true ? prehash(primitives, spec.leaf.prehashKey, key) : key;
}

/** Throws unless the place lies between the leaves of the proof. */
function checkOrder(
  primitives: HashFunction,
  spec: ProofSpec,
  { left, right }: NonExistenceProof,
  place: Uint8Array,
): void {
  if (left !== undefined && compareBytes(placeOf(primitives, spec, left.key), place) >= 0) {
    refuse("PROOF_NEIGHBOURS", "the key is not after the left leaf");
  }
  if (right !== undefined && compareBytes(place, placeOf(primitives, spec, right.key)) >= 0) {
    refuse("PROOF_NEIGHBOURS", "the key is not before the right leaf");
  }
}

function leaveNoRoom({ inner }: ProofSpec, { left, right }: NonExistenceProof): boolean {
  if (left === undefined) return right !== undefined && isLeftMost(inner, right.path);
  if (right === undefined) return isRightMost(inner, left.path);
  return areNeighbours(inner, left.path, right.path);
}

/** Throws unless `proof` shows that the tree has no value at `key`. */
export function verifyNonMembership(
  primitives: HashFunction,
  tree: TreeRoot,
  proof: CommitmentProof,
  key: Uint8Array,
): void {
  const { nonexist } = proof;
  if (nonexist === undefined) refuse("PROOF_KEY", "not a proof of absence");
  const place = placeOf(primitives, tree.spec, key);
  if (!equalBytes(nonexist.key, place)) refuse("PROOF_KEY", "a proof of another key");
  if (nonexist.left !== undefined) checkRoot(primitives, tree, nonexist.left);
  if (nonexist.right !== undefined) checkRoot(primitives, tree, nonexist.right);
  checkOrder(primitives, tree.spec, nonexist, place);
  if (!leaveNoRoom(tree.spec, nonexist)) refuse("PROOF_NEIGHBOURS", "another leaf may be between these");
}
