/**
 * Proofs from a key to the AppHash: one through the tree of its store, one through the tree of stores (spec 05 §4.6).
 * @module
 */
import { compareBytes, concatBytes, LocalError, utf8ToBytes } from "@enclavenet/common";
import { children, hashHead, type NodeRef, type TreeNode } from "../iavl/node.ts";
import type { NodeSource } from "../iavl/node-source.ts";
import { pathTo, treeRange } from "../iavl/read-tree.ts";
import { requireKey } from "../kv/kv-store.ts";
import { type StoreRoot, siblingsOf } from "../multistore/app-hash.ts";
import { type ExistenceProof, encodeExistenceProof, encodeNonExistenceProof, type InnerStep } from "./ics23.ts";

/** One step of a proof as an ABCI query answers it. */
export interface ProofOp {
  /** `ics23:iavl` or `ics23:simple`. */
  readonly type: string;
  readonly key: Uint8Array;
  /** A CommitmentProof. */
  readonly data: Uint8Array;
}

/** A value, or its absence, with the proof of it. */
export interface ProvenValue {
  readonly value: Uint8Array | undefined;
  readonly ops: readonly ProofOp[];
}

const HASH_LENGTH = Uint8Array.of(32);
const NOTHING = new Uint8Array(0);

/** Proves the value of `key`, or that there is none, up to the hash over `roots`. */
export function proveKey(
  source: NodeSource,
  root: NodeRef | undefined,
  roots: readonly StoreRoot[],
  store: string,
  key: Uint8Array,
): ProvenValue {
  const { value, data } = proveInStore(source, root, key);
  return { value, ops: [{ type: "ics23:iavl", key, data }, proveStore(roots, store)] };
}

/** Proves the value of `key`, or that there is none, up to the root of its store. */
export function proveInStore(
  source: NodeSource,
  root: NodeRef | undefined,
  key: Uint8Array,
): { readonly value: Uint8Array | undefined; readonly data: Uint8Array } {
  requireKey(key);
  if (root === undefined) {
    throw new LocalError("PROOF_EMPTY_TREE", `store ${source.name} is empty: nothing in it can be proven`);
  }
  const path = pathTo(source, root, key);
  const leaf = path.at(-1) as TreeNode;
  const found = compareBytes(leaf.key, key) === 0;
  const data = found ? encodeExistenceProof(existence(path)) : absence(source, root, key);
  return { value: found ? leaf.value : undefined, data };
}

/** The proof of the leaf at the end of a path from the root. */
function existence(path: readonly TreeNode[]): ExistenceProof {
  const leaf = path.at(-1) as TreeNode;
  const steps: InnerStep[] = [];
  for (let i = path.length - 2; i >= 0; i--) steps.push(step(path[i] as TreeNode, path[i + 1] as TreeNode));
  return { key: leaf.key, value: leaf.value as Uint8Array, leafPrefix: hashHead(leaf), path: steps };
}

function step(parent: TreeNode, child: TreeNode): InnerStep {
  const { left, right } = children(parent);
  const head = hashHead(parent);
  const isLeft = left.version === child.version && left.nonce === child.nonce;
  if (isLeft) return { prefix: concatBytes(head, HASH_LENGTH), suffix: concatBytes(HASH_LENGTH, right.hash) };
  return { prefix: concatBytes(head, HASH_LENGTH, left.hash, HASH_LENGTH), suffix: NOTHING };
}

/** The proofs of both neighbours of a key that is not there. */
function absence(source: NodeSource, root: NodeRef, key: Uint8Array): Uint8Array {
  const neighbour = (reverse: boolean) => {
    const range = reverse ? { start: undefined, end: key } : { start: key, end: undefined };
    const [pair] = treeRange(source, root, range.start, range.end, reverse);
    return pair === undefined ? undefined : existence(pathTo(source, root, pair[0]));
  };
  return encodeNonExistenceProof({ key, left: neighbour(true), right: neighbour(false) });
}

/** The proof of a store's root hash. */
export function proveStore(roots: readonly StoreRoot[], store: string): ProofOp {
  const index = roots.findIndex(({ name }) => name === store);
  const key = utf8ToBytes(store);
  const path = siblingsOf(roots, index).map(
    ({ side, hash }): InnerStep =>
      side === "right"
        ? { prefix: Uint8Array.of(1), suffix: hash }
        : { prefix: concatBytes(Uint8Array.of(1), hash), suffix: NOTHING },
  );
  const value = (roots[index] as StoreRoot).hash;
  return {
    type: "ics23:simple",
    key,
    data: encodeExistenceProof({ key, value, leafPrefix: Uint8Array.of(0), path }),
  };
}
