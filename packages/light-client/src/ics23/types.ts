/**
 * ICS-23 proofs, and the descriptions of trees that proofs are held against.
 *
 * Spec: 05 §4.6 (messages, numbers of the enumerations).
 * @module
 */

/** Values of `hash` and `prehash…`. Other functions of ICS-23 are not used by any tree here and are refused. */
export const HashOp = { none: 0, sha256: 1 } as const;

/** Values of `length`: what is written before a key or value. Other forms are refused. */
export const LengthOp = {
  none: 0,
  varint: 1,
  fixed32Big: 3,
  fixed32Little: 4,
  fixed64Big: 5,
  fixed64Little: 6,
} as const;

/** How key and value become the hash of a leaf. */
export interface LeafOp {
  readonly hash: number;
  readonly prehashKey: number;
  readonly prehashValue: number;
  readonly length: number;
  readonly prefix: Uint8Array;
}

/** How a child's hash becomes that of its parent: hash of prefix ‖ child ‖ suffix. */
export interface InnerOp {
  readonly hash: number;
  readonly prefix: Uint8Array;
  readonly suffix: Uint8Array;
}

/** That `key` has `value`. */
export interface ExistenceProof {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly leaf: LeafOp | undefined;
  /** From the leaf to the root. */
  readonly path: readonly InnerOp[];
}

/** That `key` has no value: its neighbours, of which one is missing at either end of the tree. */
export interface NonExistenceProof {
  readonly key: Uint8Array;
  readonly left: ExistenceProof | undefined;
  readonly right: ExistenceProof | undefined;
}

/** Exactly one of both. Batches and compressed batches are not served. */
export interface CommitmentProof {
  readonly exist: ExistenceProof | undefined;
  readonly nonexist: NonExistenceProof | undefined;
}

/** Form of a tree's inner nodes. */
export interface InnerSpec {
  /** Positions of the children in the order in which they are hashed. */
  readonly childOrder: readonly number[];
  /** Bytes per child, with what is written before its hash. */
  readonly childSize: number;
  readonly minPrefixLength: number;
  readonly maxPrefixLength: number;
  /** What stands for a child that is not there, in trees with such children. */
  readonly emptyChild?: Uint8Array;
  readonly hash: number;
}

/** Form of a tree. */
export interface ProofSpec {
  readonly leaf: LeafOp;
  readonly inner: InnerSpec;
  /** Fewest and most inner nodes above a leaf. Default: from 0 to 128. */
  readonly minDepth?: number;
  readonly maxDepth?: number;
  /** The tree orders its keys by their hashes. */
  readonly comparesHashedKeys?: boolean;
  /** Rules about nodes beyond those above. `layer` 0 is the leaf. Throws a refusal. */
  readonly checkNode?: (node: LeafOp | InnerOp, layer: number) => void;
}
