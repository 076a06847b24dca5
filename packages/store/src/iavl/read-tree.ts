/**
 * Reading a tree from a root: one key, a range, the way to a leaf. Nothing here changes anything.
 * @module
 */
import { compareBytes } from "@enclavenet/common";
import type { KVPair } from "../kv/kv-store.ts";
import { children, type NodeRef, type TreeNode } from "./node.ts";
import type { NodeSource } from "./node-source.ts";

/** The nodes from the root to the leaf where `key` is or would be; empty for an empty tree. */
export function pathTo(source: NodeSource, root: NodeRef | undefined, key: Uint8Array): TreeNode[] {
  const path: TreeNode[] = [];
  for (let ref = root; ref !== undefined; ) {
    const node: TreeNode = source.load(ref);
    path.push(node);
    ref = compareBytes(key, node.key) < 0 ? node.left : node.right;
  }
  return path;
}

/** The value of `key`. */
export function treeGet(source: NodeSource, root: NodeRef | undefined, key: Uint8Array): Uint8Array | undefined {
  let ref = root;
  while (ref !== undefined) {
    const node: TreeNode = source.load(ref);
    if (node.height === 0) return compareBytes(node.key, key) === 0 ? node.value : undefined;
    ref = compareBytes(key, node.key) < 0 ? node.left : node.right;
  }
  return undefined;
}

/** The pairs of [start, end), ascending or descending. Visits the nodes of the range only. */
export function* treeRange(
  source: NodeSource,
  root: NodeRef | undefined,
  start: Uint8Array | undefined,
  end: Uint8Array | undefined,
  reverse: boolean,
): IterableIterator<KVPair> {
  const stack: NodeRef[] = root === undefined ? [] : [root];
  for (let ref = stack.pop(); ref !== undefined; ref = stack.pop()) {
    const node = source.load(ref);
    const { key, value } = node;
    if (value !== undefined) {
      const inside = (!start || compareBytes(key, start) >= 0) && (!end || compareBytes(key, end) < 0);
      if (inside) yield [key, value];
      continue;
    }
    const { left, right } = children(node);
    const branches: NodeRef[] = [];
    if (!start || compareBytes(start, key) < 0) branches.push(left);
    if (!end || compareBytes(key, end) < 0) branches.push(right);
    stack.push(...(reverse ? branches : branches.reverse()));
  }
}
