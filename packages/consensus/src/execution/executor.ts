/**
 * Executes decided blocks on the application and records what came of it. One path for new blocks and for replays
 * (spec 05 §2.6): evidence of finality goes ahead, then FinalizeBlock, the answer is stored, then Commit.
 * @module
 */
import type {
  AsyncApplication,
  BlockFinality,
  FinalizeBlockRequest,
  FinalizeBlockResponse,
  VoteInfo,
} from "@enclavenet/abci";
import { equalBytes, toHex } from "@enclavenet/common";
import type { Commit, ValidatorSet } from "../base/block-types.ts";
import type { TxRecord } from "../base/chain-types.ts";
import { sha256 } from "../base/sha256.ts";
import {
  type DecidedBlock,
  encodeCommit,
  encodeHeader,
  encodeValidatorSetProto,
  resultsHash,
  type SealedBlock,
} from "../blocks/comet.ts";
import { type EngineState, stateAfterBlock } from "../state/engine-state.ts";
import type { ChainStore } from "../storage/chain-store.ts";
import { applicationMisbehaved, diverged } from "./fatal.ts";

/** Hands the evidence for a height to the application's thread, before FinalizeBlock of that height. */
export type OnFinality = (height: bigint, finality: BlockFinality) => Promise<void>;

/** A block with what executing it gave; not committed yet. */
export interface ExecutedBlock {
  readonly decided: DecidedBlock;
  readonly response: FinalizeBlockResponse;
  /** State after the block. */
  readonly state: EngineState;
}

/** A height that is durable in every part. */
export interface CommittedBlock extends ExecutedBlock {
  readonly txs: readonly TxRecord[];
}

/** Sets around a height. */
export interface HeightValidators {
  /** Signed the last commit. */
  readonly last: ValidatorSet;
  /** Hashed as next_validators_hash. */
  readonly next: ValidatorSet;
}

/** What a replayed block's header successor says it must give. */
export interface ExpectedOutcome {
  readonly appHash: Uint8Array;
  readonly resultsHash: Uint8Array;
}

/** What the executor works with. */
export interface ExecutorModules {
  readonly application: AsyncApplication;
  readonly store: ChainStore;
  readonly onFinality: OnFinality;
}

function votesOf(commit: Commit, signers: ValidatorSet): VoteInfo[] {
  return signers.validators.map(({ address, power }, index) => ({
    address,
    power,
    blockIdFlag: commit.signatures[index]?.blockIdFlag ?? 1,
  }));
}

function finalizeRequest({ block, blockId }: SealedBlock, validators: HeightValidators): FinalizeBlockRequest {
  const { header, txs, lastCommit } = block;
  return {
    height: header.height,
    timeNs: header.timeNs,
    hash: blockId.hash,
    txs,
    proposerAddress: header.proposerAddress,
    nextValidatorsHash: header.nextValidatorsHash,
    decidedLastCommit: { round: lastCommit.round, votes: votesOf(lastCommit, validators.last) },
  };
}

/** Transactions of a block with their results. */
export function txRecords({ block }: SealedBlock, response: FinalizeBlockResponse): TxRecord[] {
  return block.txs.map((tx, index) => {
    const result = response.txResults[index];
    if (result === undefined) throw applicationMisbehaved("FinalizeBlock answered fewer results than transactions");
    return { hash: sha256(tx), height: block.header.height, index, tx, result };
  });
}

/** What executing `decided` on top of `state` gave. Throws LocalError `VALIDATOR_UPDATE`. */
export function executedBlock(
  decided: DecidedBlock,
  state: EngineState,
  response: FinalizeBlockResponse,
): ExecutedBlock {
  const { block, blockId } = decided.sealed;
  return { decided, response, state: stateAfterBlock(state, block, blockId, response) };
}

/** Runs blocks. */
export class BlockExecutor {
  readonly #modules: ExecutorModules;

  constructor(modules: ExecutorModules) {
    this.#modules = modules;
  }

  /** Executes a new block up to the stored answer. The block must be stored. */
  async finalize(decided: DecidedBlock, state: EngineState): Promise<ExecutedBlock> {
    const validators = { last: state.lastValidators, next: state.nextValidators };
    const response = await this.#finalize(decided, validators);
    // Updates that no engine accepts are found here, before the application makes them durable.
    const executed = executedBlock(decided, state, response);
    await this.#modules.store.saveResults(decided.sealed.block.header.height, response);
    return executed;
  }

  /** Makes a height that the application has committed durable for readers. */
  async record(executed: ExecutedBlock): Promise<CommittedBlock> {
    const txs = txRecords(executed.decided.sealed, executed.response);
    await this.#modules.store.saveCommitted(executed.state, txs, executed.response);
    return { ...executed, txs };
  }

  /** Executes a stored block again on an application that is behind; refuses to commit anything unexpected. */
  async replay(decided: DecidedBlock, validators: HeightValidators, expected: ExpectedOutcome): Promise<void> {
    const response = await this.#finalize(decided, validators);
    const { height } = decided.sealed.block.header;
    if (!equalBytes(response.appHash, expected.appHash)) {
      throw diverged(
        `replay of height ${height} gave app hash ${toHex(response.appHash)}, not ${toHex(expected.appHash)}`,
      );
    }
    if (!equalBytes(resultsHash(response.txResults), expected.resultsHash)) {
      throw diverged(`replay of height ${height} gave other transaction results`);
    }
    await this.#modules.application.commit();
  }

  async #finalize(decided: DecidedBlock, validators: HeightValidators): Promise<FinalizeBlockResponse> {
    const { application, onFinality } = this.#modules;
    const { sealed, seenCommit } = decided;
    await onFinality(sealed.block.header.height, {
      header: encodeHeader(sealed.block.header),
      commit: encodeCommit(seenCommit),
      nextValidatorSet: encodeValidatorSetProto(validators.next),
    });
    const response = await application.finalizeBlock(finalizeRequest(sealed, validators));
    if (response.txResults.length !== sealed.block.txs.length) {
      throw applicationMisbehaved("FinalizeBlock answered another number of results than transactions");
    }
    return response;
  }
}
