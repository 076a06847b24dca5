/**
 * The version of a tree that is being built (spec 05 §4.2). Shape depends on the order of operations, so callers hand
 * them over exactly as upstream does. Saved nodes are copied before they change; nodes of this version change in place.
 * @module
 */
import { compareBytes } from "@enclavenet/common";
import { bareRef, children, encodeNode, innerHash, leafHash, NO_HASH, type NodeRef, TreeNode } from "./node.ts";
import type { NodeSource } from "./node-source.ts";
import { EMPTY_HASH } from "./sha256.ts";

/** Name of a saved node. */
export interface NodeName {
  readonly version: number;
  readonly nonce: number;
}

/** What saving a version writes. */
export interface SavedTree {
  readonly root: NodeRef | undefined;
  readonly nodes: readonly (NodeName & { readonly record: Uint8Array })[];
  /** Nodes of earlier versions that this version no longer has. */
  readonly orphans: readonly NodeName[];
}

/** A subtree after a removal, and the new smallest key when that changed. */
interface Removal {
  readonly subtree: NodeRef | undefined;
  readonly smallest: Uint8Array | undefined;
}

/** One tree, between two versions. */
export class MutableTree {
  private readonly source: NodeSource;
  private root: NodeRef | undefined;
  private version: number;
  private orphans: NodeName[] = [];
  private replaced = false;

  /** Builds `version` on a saved root. */
  constructor(source: NodeSource, root: NodeRef | undefined, version: number) {
    this.source = source;
    this.root = root;
    this.version = version;
  }

  /** Sets a key. Setting the value it has makes a new leaf all the same. */
  set(key: Uint8Array, value: Uint8Array): void {
    if (this.root === undefined) {
      this.root = new TreeNode(this.version, key, value);
      return;
    }
    this.replaced = false;
    this.root = this.insert(this.source.load(this.root), key, value);
  }

  /** Removes a key; a missing key changes nothing. */
  delete(key: Uint8Array): void {
    if (this.root === undefined) return;
    const removal = this.remove(this.source.load(this.root), key);
    if (removal !== undefined) this.root = removal.subtree;
  }

  /** Root hash as it would be if this version was saved now. */
  hash(): Uint8Array {
    if (this.root === undefined) return EMPTY_HASH;
    ensureHash(this.root);
    return this.root.hash;
  }

  /** Names the new nodes and starts the next version on them. */
  save(): SavedTree {
    this.hash();
    const nodes: (NodeName & { record: Uint8Array })[] = [];
    if (this.root !== undefined) {
      this.name(this.root, nodes);
      this.root = bareRef(this.root);
    }
    for (const orphan of this.orphans) this.source.orphaned(orphan);
    const saved = { root: this.root, nodes, orphans: this.orphans };
    this.orphans = [];
    this.version++;
    return saved;
  }

  /** Gives nonces to the unsaved nodes, children first. */
  private name(ref: NodeRef, nodes: (NodeName & { record: Uint8Array })[]): void {
    if (!(ref instanceof TreeNode) || ref.nonce !== 0) return;
    if (ref.height > 0) {
      const { left, right } = children(ref);
      this.name(left, nodes);
      this.name(right, nodes);
      ref.left = bareRef(left);
      ref.right = bareRef(right);
    }
    ref.nonce = nodes.length + 1;
    nodes.push({ version: ref.version, nonce: ref.nonce, record: encodeNode(ref) });
    this.source.saved(ref);
  }

  private insert(node: TreeNode, key: Uint8Array, value: Uint8Array): TreeNode {
    if (node.height === 0) return this.insertAtLeaf(node, key, value);
    const own = this.own(node);
    const { left, right } = children(own);
    if (compareBytes(key, own.key) < 0) own.left = this.insert(this.source.load(left), key, value);
    else own.right = this.insert(this.source.load(right), key, value);
    if (this.replaced) return own;
    own.measure();
    return this.balance(own);
  }

  private insertAtLeaf(leaf: TreeNode, key: Uint8Array, value: Uint8Array): TreeNode {
    const fresh = new TreeNode(this.version, key, value);
    const order = compareBytes(key, leaf.key);
    if (order < 0) return TreeNode.inner(this.version, leaf.key, fresh, leaf);
    if (order > 0) return TreeNode.inner(this.version, key, leaf, fresh);
    this.retire(leaf);
    this.replaced = true;
    return fresh;
  }

  /** Undefined when the key is not there; then nothing has changed. */
  private remove(node: TreeNode, key: Uint8Array): Removal | undefined {
    if (node.height === 0) {
      if (compareBytes(key, node.key) !== 0) return undefined;
      this.retire(node);
      return { subtree: undefined, smallest: undefined };
    }
    const { left, right } = children(node);
    if (compareBytes(key, node.key) < 0) {
      const removal = this.remove(this.source.load(left), key);
      if (removal === undefined) return undefined;
      if (removal.subtree === undefined) return this.collapse(node, right, node.key);
      const own = this.own(node);
      own.left = removal.subtree;
      own.measure();
      return { subtree: this.balance(own), smallest: removal.smallest };
    }
    const removal = this.remove(this.source.load(right), key);
    if (removal === undefined) return undefined;
    if (removal.subtree === undefined) return this.collapse(node, left, undefined);
    const own = this.own(node);
    own.right = removal.subtree;
    if (removal.smallest !== undefined) own.key = removal.smallest;
    own.measure();
    return { subtree: this.balance(own), smallest: undefined };
  }

  /** The sibling takes the place of a parent that lost its other child. */
  private collapse(parent: TreeNode, sibling: NodeRef, smallest: Uint8Array | undefined): Removal {
    this.retire(parent);
    return { subtree: sibling, smallest };
  }

  private balance(node: TreeNode): TreeNode {
    const lean = leanOf(node);
    const { left, right } = children(node);
    if (lean > 1) {
      if (leanOf(this.source.load(left)) < 0) node.left = this.rotateLeft(this.own(this.source.load(left)));
      return this.rotateRight(node);
    }
    if (lean < -1) {
      if (leanOf(this.source.load(right)) > 0) node.right = this.rotateRight(this.own(this.source.load(right)));
      return this.rotateLeft(node);
    }
    return node;
  }

  private rotateRight(node: TreeNode): TreeNode {
    const top = this.own(this.source.load(children(node).left));
    node.left = top.right;
    top.right = node;
    node.measure();
    top.measure();
    return top;
  }

  private rotateLeft(node: TreeNode): TreeNode {
    const top = this.own(this.source.load(children(node).right));
    node.right = top.left;
    top.left = node;
    node.measure();
    top.measure();
    return top;
  }

  /** The node itself when it belongs to this version, a copy in this version otherwise. */
  private own(node: TreeNode): TreeNode {
    if (node.nonce === 0) {
      node.hash = NO_HASH;
      return node;
    }
    this.retire(node);
    return TreeNode.inner(this.version, node.key, children(node).left, children(node).right);
  }

  private retire(node: TreeNode): void {
    if (node.nonce !== 0) this.orphans.push({ version: node.version, nonce: node.nonce });
  }
}

/** How much higher the left side is. */
function leanOf(node: TreeNode): number {
  const { left, right } = children(node);
  return left.height - right.height;
}

function ensureHash(ref: NodeRef): void {
  if (ref.hash.length > 0 || !(ref instanceof TreeNode)) return;
  if (ref.height === 0) {
    ref.hash = leafHash(ref);
    return;
  }
  const { left, right } = children(ref);
  ensureHash(left);
  ensureHash(right);
  ref.hash = innerHash(ref);
}
