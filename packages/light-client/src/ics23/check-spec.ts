/**
 * Whether an existence proof has the form of a tree's nodes. Without these checks one node could be passed off as another: a
 * leaf as an inner node, or a part of a value as a key.
 *
 * Spec: 05 §4.6.
 * @module
 */
import { refuse } from "../errors.ts";
import type { ExistenceProof, InnerOp, LeafOp, ProofSpec } from "./types.ts";

/** Most inner nodes above a leaf, unless the tree says otherwise. */
const DEFAULT_MAX_DEPTH = 128;

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return bytes.length >= start.length && start.every((byte, index) => bytes[index] === byte);
}

/** Throws `PROOF_SPEC` unless the leaf is made as the tree makes its leaves. */
export function checkLeaf(spec: ProofSpec, leaf: LeafOp): void {
  const expected = spec.leaf;
  spec.checkNode?.(leaf, 0);
  if (leaf.hash !== expected.hash) refuse("PROOF_SPEC", "leaf: another hash function");
  if (leaf.prehashKey !== expected.prehashKey) refuse("PROOF_SPEC", "leaf: key is hashed otherwise");
  if (leaf.prehashValue !== expected.prehashValue) refuse("PROOF_SPEC", "leaf: value is hashed otherwise");
  if (leaf.length !== expected.length) refuse("PROOF_SPEC", "leaf: another form of lengths");
  if (!startsWith(leaf.prefix, expected.prefix)) refuse("PROOF_SPEC", "leaf: another prefix");
}

/** Throws `PROOF_SPEC` unless the node is an inner node of the tree. `layer` is 1 above the leaf. */
export function checkInner(spec: ProofSpec, node: InnerOp, layer: number): void {
  const { inner, leaf } = spec;
  if (node.hash !== inner.hash) refuse("PROOF_SPEC", "inner node: another hash function");
  spec.checkNode?.(node, layer);
  if (startsWith(node.prefix, leaf.prefix)) refuse("PROOF_SPEC", "inner node: prefix of a leaf");
  if (node.prefix.length < inner.minPrefixLength) refuse("PROOF_SPEC", "inner node: prefix is too short");
  const siblings = (inner.childOrder.length - 1) * inner.childSize;
  if (node.prefix.length > inner.maxPrefixLength + siblings) refuse("PROOF_SPEC", "inner node: prefix is too long");
  if (node.suffix.length > siblings || node.suffix.length % inner.childSize !== 0) {
    refuse("PROOF_SPEC", "inner node: suffix is not made of children");
  }
}

/** Throws `PROOF_SPEC` unless every node of the proof fits the tree. Returns the leaf. */
export function checkAgainstSpec(spec: ProofSpec, { leaf, path }: ExistenceProof): LeafOp {
  if (leaf === undefined) refuse("PROOF_SPEC", "the leaf is missing");
  checkLeaf(spec, leaf);
  if (path.length < (spec.minDepth ?? 0)) refuse("PROOF_SPEC", "too few inner nodes");
  if (path.length > (spec.maxDepth ?? DEFAULT_MAX_DEPTH)) refuse("PROOF_SPEC", "too many inner nodes");
  for (const [index, node] of path.entries()) checkInner(spec, node, index + 1);
  return leaf;
}
