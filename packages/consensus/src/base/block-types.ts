/**
 * Blocks, commits and validators as plain data, in the terms of CometBFT (spec 05 §3.2–3.4).
 * Heights and powers are bigint; times are nanoseconds since the Unix epoch.
 * @module
 */

/** Hash of a header and of the parts its block is cut into. An empty hash stands for "no block" (initial height). */
export interface BlockId {
  readonly hash: Uint8Array;
  readonly partsTotal: number;
  readonly partsHash: Uint8Array;
}

/** The 14 hashed fields of a header. */
export interface Header {
  readonly versionBlock: bigint;
  readonly versionApp: bigint;
  readonly chainId: string;
  readonly height: bigint;
  readonly timeNs: bigint;
  readonly lastBlockId: BlockId;
  readonly lastCommitHash: Uint8Array;
  readonly dataHash: Uint8Array;
  readonly validatorsHash: Uint8Array;
  readonly nextValidatorsHash: Uint8Array;
  readonly consensusHash: Uint8Array;
  readonly appHash: Uint8Array;
  readonly lastResultsHash: Uint8Array;
  readonly evidenceHash: Uint8Array;
  readonly proposerAddress: Uint8Array;
}

/** CometBFT BlockIDFlag: 1 absent, 2 commit, 3 nil. */
export type BlockIdFlag = 1 | 2 | 3;

/** One validator's part of a commit. `timestampNs` is undefined for an absent vote (Go's zero time). */
export interface CommitSig {
  readonly blockIdFlag: BlockIdFlag;
  readonly validatorAddress: Uint8Array;
  readonly timestampNs: bigint | undefined;
  readonly signature: Uint8Array;
}

/** Precommits of one height. The commit of the initial block's predecessor has height 0 and no signatures. */
export interface Commit {
  readonly height: bigint;
  readonly round: number;
  readonly blockId: BlockId;
  readonly signatures: readonly CommitSig[];
}

/** A block; evidence is always empty on the embedded engine. */
export interface Block {
  readonly header: Header;
  readonly txs: readonly Uint8Array[];
  readonly lastCommit: Commit;
}

/** A validator and its proposer priority (spec 05 §3.7). */
export interface Validator {
  readonly address: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly power: bigint;
  readonly proposerPriority: bigint;
}

/** Validators in set order: power descending, then address ascending. */
export interface ValidatorSet {
  readonly validators: readonly Validator[];
  /** Whose turn it is: the winner of the last advance. Empty before the first. */
  readonly proposerAddress: Uint8Array;
}

/** BlockId of "no block". */
export const EMPTY_BLOCK_ID: BlockId = { hash: new Uint8Array(0), partsTotal: 0, partsHash: new Uint8Array(0) };

/** The last commit of the initial block. */
export const EMPTY_COMMIT: Commit = { height: 0n, round: 0, blockId: EMPTY_BLOCK_ID, signatures: [] };
