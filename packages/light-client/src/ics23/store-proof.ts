/**
 * Proofs from a key of a store to the AppHash, as an ABCI query answers them: one through the store's tree, one through the
 * tree of stores.
 *
 * Spec: 05 §4.6 (form of the answer), §4.5 (AppHash). A proof made at height h is verified against the AppHash in header h+1.
 * @module
 */
import { equalBytes, utf8ToBytes } from "@enclavenet/common";
import { refuse } from "../errors.ts";
import type { HashFunction } from "../primitives.ts";
import { decodeCommitmentProof } from "./codec.ts";
import { existenceRoot, verifyMembership, verifyNonMembership } from "./membership.ts";
import { iavlSpec, tendermintSpec } from "./specs.ts";
import type { CommitmentProof, ExistenceProof } from "./types.ts";

/** One proof of the chain, as it comes in `proof_ops`. */
export interface ProofOp {
  readonly type: string;
  readonly key: Uint8Array;
  /** A CommitmentProof as protobuf. */
  readonly data: Uint8Array;
}

/** Type of a proof through the tree of a store. */
export const IAVL_PROOF_OP = "ics23:iavl";
/** Type of a proof through the tree of stores. */
export const SIMPLE_PROOF_OP = "ics23:simple";

function proofOf(op: ProofOp | undefined, type: string, key: Uint8Array): CommitmentProof {
  if (op === undefined || op.type !== type) refuse("PROOF_OPS", `expected a proof of type ${type}`);
  if (!equalBytes(op.key, key)) refuse("PROOF_OPS", "the step is for another key");
  return decodeCommitmentProof(op.data);
}

interface ProofChain {
  /** Through the store's tree. */
  readonly inStore: CommitmentProof;
  /** Through the tree of stores. */
  readonly ofStore: CommitmentProof;
}

function chainOf(storeName: string, key: Uint8Array, ops: readonly ProofOp[]): ProofChain {
  if (ops.length !== 2) refuse("PROOF_OPS", "a proof has two steps");
  return {
    inStore: proofOf(ops[0], IAVL_PROOF_OP, key),
    ofStore: proofOf(ops[1], SIMPLE_PROOF_OP, utf8ToBytes(storeName)),
  };
}

/** Root of the store's tree, after a proof that the AppHash commits to it. */
function provenStoreRoot(
  primitives: HashFunction,
  appHash: Uint8Array,
  storeName: string,
  ofStore: CommitmentProof,
  inStore: ExistenceProof,
): Uint8Array {
  const root = existenceRoot(primitives, iavlSpec, inStore);
  verifyMembership(primitives, { spec: tendermintSpec, root: appHash }, ofStore, utf8ToBytes(storeName), root);
  return root;
}

/** Throws {@link LightClientError} unless `ops` prove that the store has `value` at `key` under this AppHash. */
export function verifyStoreMembership(
  primitives: HashFunction,
  appHash: Uint8Array,
  storeName: string,
  key: Uint8Array,
  value: Uint8Array,
  ops: readonly ProofOp[],
): void {
  const { inStore, ofStore } = chainOf(storeName, key, ops);
  if (inStore.exist === undefined) refuse("PROOF_KEY", "not a proof of existence");
  const root = provenStoreRoot(primitives, appHash, storeName, ofStore, inStore.exist);
  verifyMembership(primitives, { spec: iavlSpec, root }, inStore, key, value);
}

/** Throws {@link LightClientError} unless `ops` prove that the store has no value at `key` under this AppHash. */
export function verifyStoreNonMembership(
  primitives: HashFunction,
  appHash: Uint8Array,
  storeName: string,
  key: Uint8Array,
  ops: readonly ProofOp[],
): void {
  const { inStore, ofStore } = chainOf(storeName, key, ops);
  const leaf = inStore.nonexist?.left ?? inStore.nonexist?.right;
  if (leaf === undefined) refuse("PROOF_KEY", "not a proof of absence");
  const root = provenStoreRoot(primitives, appHash, storeName, ofStore, leaf);
  verifyNonMembership(primitives, { spec: iavlSpec, root }, inStore, key);
}
