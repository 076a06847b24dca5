/**
 * Whether two paths from leaves to the root leave no room for a leaf between them, or before or after one of them.
 *
 * The position of a child follows from the lengths around it: what is before and after it are its siblings.
 *
 * Spec: 05 §4.6.
 * @module
 */
import { equalBytes } from "@enclavenet/common";
import type { InnerOp, InnerSpec } from "./types.ts";

/** Place of the `branch`-th child in the order of hashing. */
function placeOf(spec: InnerSpec, branch: number): number {
  return spec.childOrder.indexOf(branch);
}

/** Whether the child of `node` is the `branch`-th one. */
function isBranch(spec: InnerSpec, node: InnerOp, branch: number): boolean {
  const place = placeOf(spec, branch);
  const before = node.prefix.length - place * spec.childSize;
  const after = (spec.childOrder.length - 1 - place) * spec.childSize;
  return before >= spec.minPrefixLength && before <= spec.maxPrefixLength && node.suffix.length === after;
}

/** Which child of `node` the path comes from; -1 when the lengths fit none. */
function branchOf(spec: InnerSpec, node: InnerOp): number {
  return spec.childOrder.findIndex((_, branch) => isBranch(spec, node, branch));
}

/** Whether `count` children from the `first` on, lying in `bytes` from `start`, are empty ones. */
function areEmpty(spec: InnerSpec, bytes: Uint8Array, start: number, children: readonly number[]): boolean {
  const { emptyChild, childSize } = spec;
  if (emptyChild === undefined || children.length === 0 || start < 0) return false;
  return children.every((_, index) => {
    const from = start + index * childSize;
    return equalBytes(bytes.subarray(from, from + childSize), emptyChild);
  });
}

/** Whether nothing but empty children is to the left of the path at `node`. */
export function leftBranchesAreEmpty(spec: InnerSpec, node: InnerOp): boolean {
  const branch = branchOf(spec, node);
  if (branch < 0) return false;
  const left = spec.childOrder.slice(0, branch);
  return areEmpty(spec, node.prefix, node.prefix.length - left.length * spec.childSize, left);
}

/** Whether nothing but empty children is to the right of the path at `node`. */
export function rightBranchesAreEmpty(spec: InnerSpec, node: InnerOp): boolean {
  const branch = branchOf(spec, node);
  if (branch < 0) return false;
  return areEmpty(spec, node.suffix, 0, spec.childOrder.slice(branch + 1));
}

/** Whether no leaf is before the one that the path starts from. */
export function isLeftMost(spec: InnerSpec, path: readonly InnerOp[]): boolean {
  return path.every((node) => isBranch(spec, node, 0) || leftBranchesAreEmpty(spec, node));
}

/** Whether no leaf is after the one that the path starts from. */
export function isRightMost(spec: InnerSpec, path: readonly InnerOp[]): boolean {
  const last = spec.childOrder.length - 1;
  return path.every((node) => isBranch(spec, node, last) || rightBranchesAreEmpty(spec, node));
}

/** Whether no leaf is between those that the two paths start from, the left one first. */
export function areNeighbours(spec: InnerSpec, left: readonly InnerOp[], right: readonly InnerOp[]): boolean {
  let above = 1;
  for (;;) {
    const leftNode = left.at(-above);
    const rightNode = right.at(-above);
    if (leftNode === undefined || rightNode === undefined) return false;
    const same = equalBytes(leftNode.prefix, rightNode.prefix) && equalBytes(leftNode.suffix, rightNode.suffix);
    if (!same) {
      const branch = branchOf(spec, leftNode);
      if (branch < 0 || branchOf(spec, rightNode) !== branch + 1) return false;
      return isRightMost(spec, left.slice(0, -above)) && isLeftMost(spec, right.slice(0, -above));
    }
    above++;
  }
}
