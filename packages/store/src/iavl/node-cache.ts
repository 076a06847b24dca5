/**
 * A bounded cache of saved nodes for all trees of a multistore. Two generations: when the young one is full it becomes
 * the old one, and what was not used since is dropped at the next turn. The bound counts bytes, not nodes.
 * @module
 */
import type { TreeNode } from "./node.ts";

/** Version and nonce make one number together when they are below these; nodes beyond are not cached. */
const NONCE_SPAN = 2 ** 24;
const VERSION_SPAN = 2 ** 29;

/** Bytes of a node without key and value, roughly. */
const NODE_WEIGHT = 400;

function weightOf({ key, value }: TreeNode): number {
  return NODE_WEIGHT + key.length + (value?.length ?? 0);
}

type Generation = Map<string, Map<number, TreeNode>>;

function slot(version: number, nonce: number): number | undefined {
  return version < VERSION_SPAN && nonce < NONCE_SPAN ? version * NONCE_SPAN + nonce : undefined;
}

/** Saved nodes by tree, version and nonce. */
export class NodeCache {
  private readonly limit: number;
  private weight = 0;
  private young: Generation = new Map();
  private old: Generation = new Map();

  /** At most about `limit` bytes in each of the two generations. */
  constructor(limit: number) {
    this.limit = limit;
  }

  get(tree: string, version: number, nonce: number): TreeNode | undefined {
    const at = slot(version, nonce);
    if (at === undefined) return undefined;
    const young = this.young.get(tree)?.get(at);
    if (young !== undefined) return young;
    const old = this.old.get(tree)?.get(at);
    if (old !== undefined) this.put(tree, old);
    return old;
  }

  put(tree: string, node: TreeNode): void {
    const at = slot(node.version, node.nonce);
    if (at === undefined) return;
    let nodes = this.young.get(tree);
    if (nodes === undefined) {
      nodes = new Map();
      this.young.set(tree, nodes);
    }
    const before = nodes.get(at);
    if (before !== undefined) this.weight -= weightOf(before);
    nodes.set(at, node);
    this.weight += weightOf(node);
    if (this.weight < this.limit) return;
    this.old = this.young;
    this.young = new Map();
    this.weight = 0;
  }
  /** Forgets a node. */
  drop(tree: string, version: number, nonce: number): void {
    const at = slot(version, nonce);
    if (at === undefined) return;
    this.old.get(tree)?.delete(at);
    const nodes = this.young.get(tree);
    const node = nodes?.get(at);
    if (node === undefined) return;
    nodes?.delete(at);
    this.weight -= weightOf(node);
  }
}
