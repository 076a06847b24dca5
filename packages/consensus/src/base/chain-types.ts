/**
 * What the chain holds per height and per transaction, as the engine hands it out.
 * @module
 */
import type { ConsensusParams, Event, ExecTxResult, ValidatorUpdate } from "@enclavenet/abci";
import type { Block, BlockId, Commit, Header } from "./block-types.ts";

/** A committed block with its id and protobuf size. */
export interface BlockRecord {
  readonly blockId: BlockId;
  readonly block: Block;
  readonly sizeBytes: number;
}

/** A header with its block's id, size and number of transactions (`/blockchain`, `/header`). */
export interface BlockMeta {
  readonly blockId: BlockId;
  readonly header: Header;
  readonly sizeBytes: number;
  readonly numTxs: number;
}

/** Results of a height (`/block_results`). */
export interface BlockResults {
  readonly height: bigint;
  readonly txResults: readonly ExecTxResult[];
  readonly events: readonly Event[];
  readonly validatorUpdates: readonly ValidatorUpdate[];
  readonly consensusParams: ConsensusParams;
  readonly appHash: Uint8Array;
}

/** Header and the commit that made it final. `canonical` is false for the tip, whose commit is not in a block yet. */
export interface CommitRecord {
  readonly header: Header;
  readonly commit: Commit;
  readonly canonical: boolean;
}

/** A committed transaction. */
export interface TxRecord {
  readonly hash: Uint8Array;
  readonly height: bigint;
  readonly index: number;
  readonly tx: Uint8Array;
  readonly result: ExecTxResult;
}

/** A search hit; load the rest with the reader's `tx`. */
export interface TxPosition {
  readonly hash: Uint8Array;
  readonly height: bigint;
  readonly index: number;
}

/** Inclusion proof of a transaction in its block's data_hash (spec 05 §3.3). */
export interface TxProof {
  readonly rootHash: Uint8Array;
  readonly data: Uint8Array;
  readonly total: number;
  readonly index: number;
  readonly leafHash: Uint8Array;
  /** Bottom-up. */
  readonly aunts: readonly Uint8Array[];
}
