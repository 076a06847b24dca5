/**
 * CometBFT's header, commit and validator set as types. Times are nanoseconds since the Unix epoch.
 *
 * Spec: 05 §3.2 (header), §3.4 (commit), §3.3 (validators), §1.3 (field 15).
 * @module
 */

/** Number of parts of a block and the root over them. */
export interface PartSetHeader {
  readonly total: number;
  readonly hash: Uint8Array;
}

/** Hash of a header and of the parts of its block; all empty at the initial height. */
export interface BlockId {
  readonly hash: Uint8Array;
  readonly partSetHeader: PartSetHeader;
}

/** Versions of the block protocol and of the application. */
export interface ConsensusVersion {
  readonly block: bigint;
  readonly app: bigint;
}

/** Randomness that some chains put into their headers. */
export interface EncryptedRandom {
  readonly random: Uint8Array;
  readonly proof: Uint8Array;
}

export interface Header {
  readonly version: ConsensusVersion;
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
  /** Field 15 of some chains; never part of the header hash. */
  readonly encryptedRandom: EncryptedRandom | undefined;
}

/** Values of {@link CommitSig.blockIdFlag}. */
export const BlockIdFlag = { absent: 1, commit: 2, nil: 3 } as const;

/** One validator's part of a commit. `timestampNs` undefined: Go's zero time, as absent votes have. */
export interface CommitSig {
  readonly blockIdFlag: number;
  readonly validatorAddress: Uint8Array;
  readonly timestampNs: bigint | undefined;
  readonly signature: Uint8Array;
}

export interface Commit {
  readonly height: bigint;
  readonly round: number;
  readonly blockId: BlockId;
  readonly signatures: readonly CommitSig[];
}

export interface Validator {
  readonly address: Uint8Array;
  /** Raw ed25519 key, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly votingPower: bigint;
  readonly proposerPriority: bigint;
}

export interface ValidatorSet {
  readonly validators: readonly Validator[];
}

/** Vote types of {@link CanonicalVote}. */
export const VoteType = { prevote: 1, precommit: 2 } as const;

/** What a validator signs (spec 05 §3.5). `blockId` undefined: a vote for nothing. */
export interface CanonicalVote {
  readonly type: number;
  readonly height: bigint;
  readonly round: bigint;
  readonly blockId: BlockId | undefined;
  readonly timestampNs: bigint | undefined;
  readonly chainId: string;
}
