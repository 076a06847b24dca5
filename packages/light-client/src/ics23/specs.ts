/**
 * The two trees between a key and the AppHash: the IAVL tree of a store, and the tree over the roots of all stores.
 *
 * Spec: 05 §4.6.
 * @module
 */
import { refuse } from "../errors.ts";
import { checkIavlNode } from "./iavl-nodes.ts";
import { HashOp, type InnerOp, type LeafOp, LengthOp, type ProofSpec } from "./types.ts";

const leaf: LeafOp = {
  hash: HashOp.sha256,
  prehashKey: HashOp.none,
  prehashValue: HashOp.sha256,
  length: LengthOp.varint,
  prefix: Uint8Array.of(0),
};

/** The IAVL tree of one store. */
export const iavlSpec: ProofSpec = {
  leaf,
  inner: { childOrder: [0, 1], childSize: 33, minPrefixLength: 4, maxPrefixLength: 12, hash: HashOp.sha256 },
  checkNode: checkIavlNode,
};

const INNER_PREFIX = 1;

/** Leaf and inner node are told apart by their first byte, and by nothing else. */
function checkSimpleNode({ prefix }: LeafOp | InnerOp, layer: number): void {
  if (layer === 0 && prefix.length !== 1) refuse("PROOF_SPEC", "simple tree: not the prefix of a leaf");
  if (layer > 0 && prefix[0] !== INNER_PREFIX) refuse("PROOF_SPEC", "simple tree: not the prefix of an inner node");
}

/** The Merkle tree of CometBFT, here over the stores. */
export const tendermintSpec: ProofSpec = {
  leaf,
  inner: { childOrder: [0, 1], childSize: 32, minPrefixLength: 1, maxPrefixLength: 1, hash: HashOp.sha256 },
  checkNode: checkSimpleNode,
};
