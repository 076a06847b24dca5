/**
 * Nodes of the tree and their hashes (spec 05 §4.1). A node that was saved is named by (version, nonce) and never
 * changes; a node of the version that is being built has nonce 0.
 * @module
 */
import { sha256 } from "./sha256.ts";
import { corruptRecord, putUvarint, putZigzag, RecordReader } from "./varint.ts";

/**
 * What a parent knows of a child without loading it: enough to balance and to hash. A {@link TreeNode} is one itself.
 */
export interface NodeRef {
  readonly version: number;
  readonly nonce: number;
  /** Empty until it is computed; never empty once saved. */
  readonly hash: Uint8Array;
  readonly height: number;
  readonly size: number;
}

/** Hash that is not computed yet. */
export const NO_HASH: Uint8Array = new Uint8Array(0);

const HASH_LENGTH = 32;

/** A leaf or an inner node in memory. */
export class TreeNode implements NodeRef {
  version: number;
  nonce = 0;
  hash: Uint8Array = NO_HASH;
  height = 0;
  size = 1;
  /** Of an inner node: the smallest key right of it when it was made. Not hashed. */
  key: Uint8Array;
  /** Undefined in inner nodes. */
  value: Uint8Array | undefined;
  left: NodeRef | undefined;
  right: NodeRef | undefined;

  constructor(version: number, key: Uint8Array, value: Uint8Array | undefined) {
    this.version = version;
    this.key = key;
    this.value = value;
  }

  /** An inner node over two children. */
  static inner(version: number, key: Uint8Array, left: NodeRef, right: NodeRef): TreeNode {
    const node = new TreeNode(version, key, undefined);
    node.left = left;
    node.right = right;
    node.measure();
    return node;
  }

  /** Takes height and size from the children. */
  measure(): void {
    const { left, right } = children(this);
    this.height = Math.max(left.height, right.height) + 1;
    this.size = left.size + right.size;
  }
}

/** Both children of an inner node. */
export function children(node: TreeNode): { readonly left: NodeRef; readonly right: NodeRef } {
  return { left: node.left as NodeRef, right: node.right as NodeRef };
}

/** A reference without the node behind it, so that a kept parent does not keep its subtree in memory. */
export function bareRef(ref: NodeRef): NodeRef {
  if (!(ref instanceof TreeNode)) return ref;
  return { version: ref.version, nonce: ref.nonce, hash: ref.hash, height: ref.height, size: ref.size };
}

/** PERF: hashed bytes are put together here; only keys of unusual length need room of their own. */
const scratch = new Uint8Array(512);
/** Three varints before a leaf's key, one for its length, and the hash of its value behind it. */
const LEAF_OVERHEAD = 4 * 10 + 1 + 32;

/** Writes the part that leaf and inner hashes begin with; returns its length. */
function putHashHead(out: Uint8Array, ref: NodeRef): number {
  return putZigzag(out, putZigzag(out, putZigzag(out, 0, ref.height), ref.size), ref.version);
}

/** zigzag(height) ‖ zigzag(size) ‖ zigzag(version): the beginning of hashed bytes, which proofs carry. */
export function hashHead(ref: NodeRef): Uint8Array {
  return scratch.slice(0, putHashHead(scratch, ref));
}

/** Hash of a leaf. */
export function leafHash(node: TreeNode): Uint8Array {
  const { key, value } = node;
  const fits = key.length + LEAF_OVERHEAD <= scratch.length;
  const out = fits ? scratch : new Uint8Array(key.length + LEAF_OVERHEAD);
  let at = putUvarint(out, putHashHead(out, node), key.length);
  out.set(key, at);
  at += key.length;
  out[at++] = HASH_LENGTH;
  out.set(sha256(value as Uint8Array), at);
  return sha256(out.subarray(0, at + HASH_LENGTH));
}

/** Hash of an inner node whose children have theirs. */
export function innerHash(node: TreeNode): Uint8Array {
  const { left, right } = children(node);
  let at = putHashHead(scratch, node);
  scratch[at++] = HASH_LENGTH;
  scratch.set(left.hash, at);
  at += HASH_LENGTH;
  scratch[at++] = HASH_LENGTH;
  scratch.set(right.hash, at);
  at += HASH_LENGTH;
  return sha256(scratch.subarray(0, at));
}

const REF_MAX = 8 + 8 + 1 + 8 + HASH_LENGTH;

/** Writes a reference as uvarint version, uvarint nonce, height, uvarint size, hash; returns the offset after it. */
function putRef(out: Uint8Array, offset: number, ref: NodeRef): number {
  let at = putUvarint(out, offset, ref.version);
  at = putUvarint(out, at, ref.nonce);
  out[at++] = ref.height;
  at = putUvarint(out, at, ref.size);
  out.set(ref.hash, at);
  return at + HASH_LENGTH;
}

/** A reference as {@link putRef} writes it. */
export function encodeRef(ref: NodeRef): Uint8Array {
  const out = new Uint8Array(REF_MAX);
  return out.subarray(0, putRef(out, 0, ref));
}

/** Reads {@link encodeRef}. */
export function readRef(reader: RecordReader): NodeRef {
  const version = reader.uvarint();
  const nonce = reader.uvarint();
  const height = reader.byte();
  const size = reader.uvarint();
  return { version, nonce, height, size, hash: reader.take(HASH_LENGTH) };
}

/**
 * The stored form: height, uvarint length of the key, key, then the value of a leaf or the two references of an inner
 * node. The node's own version, nonce and hash are with whoever refers to it.
 */
export function encodeNode(node: TreeNode): Uint8Array {
  const tail = node.value === undefined ? 2 * REF_MAX : node.value.length;
  const out = new Uint8Array(9 + node.key.length + tail);
  out[0] = node.height;
  let at = putUvarint(out, 1, node.key.length);
  out.set(node.key, at);
  at += node.key.length;
  if (node.value !== undefined) {
    out.set(node.value, at);
    return out.subarray(0, at + node.value.length);
  }
  const { left, right } = children(node);
  return out.subarray(0, putRef(out, putRef(out, at, left), right));
}

/** The node of `ref` from its stored form. */
export function decodeNode(ref: NodeRef, record: Uint8Array): TreeNode {
  const reader = new RecordReader(record);
  const height = reader.byte();
  if (height !== ref.height) throw corruptRecord("the height of a node is not what its parent says");
  const node = new TreeNode(ref.version, reader.take(reader.uvarint()), undefined);
  node.nonce = ref.nonce;
  node.hash = ref.hash;
  node.height = height;
  node.size = ref.size;
  if (height === 0) {
    node.value = reader.rest();
  } else {
    node.left = readRef(reader);
    node.right = readRef(reader);
    // Heights that fall on every way down rule out a cycle in a damaged database.
    const below = Math.max(node.left.height, node.right.height);
    if (below + 1 !== height) throw corruptRecord("the height of a node does not follow from its children");
  }
  return node;
}
