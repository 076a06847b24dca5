/**
 * What a block must be before this node executes it, in two steps: what shows in block and commit alone, as soon as they
 * arrive, and what takes the state after the block before (spec 05 §3.3, §3.4, §3.6, §3.8, §3.10).
 *
 * The validators are this node's own: those of the genesis document, changed by the updates that executing the blocks gave.
 * A source is not asked for them.
 * @module
 */
import type { ConsensusParams } from "@enclavenet/abci";
import { equalBytes, LocalError, toHex } from "@enclavenet/common";
import { type CometPrimitives, verifyCommit, verifySignedHeader } from "@enclavenet/light-client";
import type { BlockId, Commit, Header, ValidatorSet } from "../base/block-types.ts";
import { medianTime } from "../blocks/block-time.ts";
import {
  BLOCK_PROTOCOL,
  commitHash,
  consensusHash,
  type DecidedBlock,
  dataHash,
  EMPTY_HASH,
  validatorSetHash,
} from "../blocks/comet.ts";
import { commitToWire, headerToWire, validatorSetToWire } from "../blocks/wire-types.ts";
import { MAX_BLOCK_SIZE_BYTES } from "../genesis/genesis-document.ts";
import { type EngineState, nextHeight } from "../state/engine-state.ts";
import { findValidator } from "../validators/validator-set.ts";

/** A header with the commit for it: what tells the outcome of the block before, without the transactions. */
export interface SignedHeader {
  readonly header: Header;
  readonly commit: Commit;
}

/** What a header must follow on: a block, and the validators of the next one. */
export type Predecessor = Pick<EngineState, "chainId" | "initialHeight" | "height" | "blockId" | "validators">;

/** Header and commit of the block. */
export function signedHeaderOf({ sealed, seenCommit }: DecidedBlock): SignedHeader {
  return { header: sealed.block.header, commit: seenCommit };
}

function sameBlockId(a: BlockId, b: BlockId): boolean {
  return equalBytes(a.hash, b.hash) && a.partsTotal === b.partsTotal && equalBytes(a.partsHash, b.partsHash);
}

/** The same signatures for the same block in the same round: if one was verified, both were. */
export function sameCommit(a: Commit, b: Commit): boolean {
  const sameVote = a.height === b.height && a.round === b.round && sameBlockId(a.blockId, b.blockId);
  return sameVote && equalBytes(commitHash(a), commitHash(b));
}

/** A field of the header that is not what it must be. */
function wrongHeader(height: bigint, what: string): LocalError {
  return new LocalError("FOLLOW_HEADER", `block ${height}: the header has ${what}`);
}

/** This node and more than two thirds of the power came to different results. */
export function divergedAs(message: string): LocalError {
  return new LocalError("FOLLOW_DIVERGED", message, {
    fix: "this node's program or state differs from the network's: use the network's version, and start with a new --home",
  });
}

function diverged(height: bigint, what: string, own: Uint8Array, theirs: Uint8Array): LocalError {
  return divergedAs(
    `block ${height} says that the ${what} after block ${height - 1n} is ${toHex(theirs)}, this node computed ${toHex(own)}`,
  );
}

/** Throws LocalError unless block and commit are for `height`, the commit is for this block, and the block is whole. */
export function checkDecided(
  { sealed, seenCommit }: DecidedBlock,
  claimed: BlockId,
  height: bigint,
  { blockMaxBytes }: ConsensusParams,
): void {
  const { block, blockId, bytes } = sealed;
  const { header } = block;
  if (header.height !== height || seenCommit.height !== height) {
    throw new LocalError(
      "FOLLOW_HEIGHT",
      `asked for height ${height}, got block ${header.height} with a commit for ${seenCommit.height}`,
    );
  }
  if (!equalBytes(dataHash(block.txs), header.dataHash)) {
    throw new LocalError("FOLLOW_DATA_HASH", `block ${height}: the transactions are not those of the header`);
  }
  if (!equalBytes(commitHash(block.lastCommit), header.lastCommitHash)) {
    throw new LocalError("FOLLOW_LAST_COMMIT", `block ${height}: the last commit is not that of the header`);
  }
  if (!sameBlockId(blockId, claimed) || !sameBlockId(blockId, seenCommit.blockId)) {
    throw new LocalError("FOLLOW_BLOCK_ID", `block ${height}: header or parts are not those of the block's id`);
  }
  if (BigInt(bytes.length) > (blockMaxBytes === -1n ? MAX_BLOCK_SIZE_BYTES : blockMaxBytes)) {
    throw new LocalError("FOLLOW_BLOCK_SIZE", `block ${height} is larger than the network allows`);
  }
}

/** The power that signed the block before, when it is not the commit that this node has verified already. */
function checkLastCommit(
  primitives: CometPrimitives,
  state: EngineState,
  lastCommit: Commit,
  verified: Commit | undefined,
): void {
  const wrong = (what: string) => new LocalError("FOLLOW_LAST_COMMIT", `block ${nextHeight(state)}: ${what}`);
  if (state.height === 0n) {
    if (lastCommit.signatures.length > 0) throw wrong("the first block has a last commit");
    return;
  }
  if (lastCommit.height !== state.height || !sameBlockId(lastCommit.blockId, state.blockId)) {
    throw wrong("the last commit is for another block");
  }
  if (verified !== undefined && sameCommit(lastCommit, verified)) return;
  verifyCommit(primitives, state.chainId, validatorSetToWire(state.lastValidators), commitToWire(lastCommit));
}

function blockTime(state: EngineState, lastCommit: Commit): bigint | undefined {
  return state.height === 0n ? state.blockTimeNs : medianTime(lastCommit, state.lastValidators);
}

function checkTime(state: EngineState, lastCommit: Commit, timeNs: bigint): void {
  const height = nextHeight(state);
  if (timeNs !== blockTime(state, lastCommit)) throw wrongHeader(height, "a time that its last commit does not give");
  if (state.height > 0n && timeNs <= state.blockTimeNs) throw wrongHeader(height, "a time that does not increase");
}

/** Throws LocalError `FOLLOW_DIVERGED` when the header tells another outcome of the blocks before than this node found. */
export function checkOutcome(state: EngineState, header: Header): void {
  const check = (what: string, own: Uint8Array, theirs: Uint8Array): void => {
    if (!equalBytes(own, theirs)) throw diverged(header.height, what, own, theirs);
  };
  check("app hash", state.appHash, header.appHash);
  check("hash of the results", state.lastResultsHash, header.lastResultsHash);
  check("hash of the next validators", validatorSetHash(state.nextValidators), header.nextValidatorsHash);
}

function isProposer(address: Uint8Array, set: ValidatorSet): boolean {
  return findValidator(set, address) !== undefined;
}

/**
 * Throws LocalError unless more than two thirds of `last.validators` signed the header, and it links to the block of `last`.
 * The validators of a block are known before the one in front of it is executed. Signatures of `verified`, a commit that
 * passed here before, are not checked again: the header must be known to be that of its commit then.
 */
export function verifySigned(
  primitives: CometPrimitives,
  last: Predecessor,
  { header, commit }: SignedHeader,
  verified?: Commit,
): void {
  const height = nextHeight(last);
  if (header.height !== height) throw new LocalError("FOLLOW_HEIGHT", `expected block ${height}, got ${header.height}`);
  if (verified === undefined || !sameCommit(commit, verified)) {
    verifySignedHeader(primitives, last.chainId, {
      header: headerToWire(header),
      commit: commitToWire(commit),
      validators: validatorSetToWire(last.validators),
    });
  }
  if (!sameBlockId(header.lastBlockId, last.blockId)) {
    throw new LocalError(
      "FOLLOW_FORK",
      `block ${height} follows on ${toHex(header.lastBlockId.hash)}, this node has ${toHex(last.blockId.hash)} at ${last.height}`,
      { fix: "the validators signed two chains: find out which one the network goes on with" },
    );
  }
}

/**
 * Throws unless `decided`, which has passed {@link checkDecided} and whose header {@link verifySigned}, is the block that follows on
 * `state`, right in every field that the state gives.
 *
 * LocalError `FOLLOW_DIVERGED` is for a block that the validators signed and that contradicts this node's own state; every
 * other error is the source's fault. `verified` is the commit of the block before that this node has checked.
 */
export function verifyNext(
  primitives: CometPrimitives,
  state: EngineState,
  decided: DecidedBlock,
  verified: Commit | undefined,
): void {
  const { header, lastCommit } = decided.sealed.block;
  const height = nextHeight(state);
  checkLastCommit(primitives, state, lastCommit, verified);
  if (header.versionBlock !== BLOCK_PROTOCOL || header.versionApp !== state.versionApp) {
    throw wrongHeader(height, "another version");
  }
  if (!equalBytes(header.consensusHash, consensusHash(state.params))) throw wrongHeader(height, "other parameters");
  if (!equalBytes(header.evidenceHash, EMPTY_HASH)) throw wrongHeader(height, "evidence");
  if (!isProposer(header.proposerAddress, state.validators)) throw wrongHeader(height, "a proposer outside the set");
  checkTime(state, lastCommit, header.timeNs);
  checkOutcome(state, header);
}
