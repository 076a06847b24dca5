/**
 * Loads the saved nodes of one tree, one at a time and only when they are needed.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import type { Backend } from "../backend/backend.ts";
import { nodeKey } from "../multistore/keys.ts";
import { decodeNode, type NodeRef, TreeNode } from "./node.ts";
import type { NodeCache } from "./node-cache.ts";

/** The saved nodes of the tree of store `name`. */
export class NodeSource {
  readonly name: string;
  private readonly backend: Backend;
  private readonly cache: NodeCache;

  constructor(name: string, backend: Backend, cache: NodeCache) {
    this.name = name;
    this.backend = backend;
    this.cache = cache;
  }

  /** The node behind a reference. Throws `STORE_NODE_MISSING` when its version was pruned. */
  load(ref: NodeRef): TreeNode {
    if (ref instanceof TreeNode) return ref;
    const cached = this.cache.get(this.name, ref.version, ref.nonce);
    if (cached !== undefined) return cached;
    const record = this.backend.get(nodeKey(this.name, ref.version, ref.nonce));
    if (record === undefined) {
      throw new LocalError(
        "STORE_NODE_MISSING",
        `store ${this.name} has no node ${ref.version}.${ref.nonce}: its version was pruned`,
      );
    }
    const node = decodeNode(ref, record);
    this.cache.put(this.name, node);
    return node;
  }

  /** Takes note of a node that was just saved. */
  saved(node: TreeNode): void {
    this.cache.put(this.name, node);
  }
  /**
   * The version that is being saved no longer has this node: only reads of older versions may ask for it, and they find it in
   * the database.
   *
   * PERF: each block replaces the upper levels of every tree that it writes to. Kept, they were most of the cache, and the
   * garbage collector walked through all of them.
   */
  orphaned({ version, nonce }: Pick<TreeNode, "version" | "nonce">): void {
    this.cache.drop(this.name, version, nonce);
  }
}
