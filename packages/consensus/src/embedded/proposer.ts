/**
 * Makes and signs the next block: PrepareProposal, header, ProcessProposal, precommit (spec 05 §3.12.2).
 * Nothing is released here: the signed block becomes real when the caller has stored it.
 * @module
 */
import type { AsyncApplication } from "@enclavenet/abci";
import { type Clock, LocalError } from "@enclavenet/common";
import { type Block, type Commit, type CommitSig, EMPTY_COMMIT, type ValidatorSet } from "../base/block-types.ts";
import { medianTime, precommitTime } from "../blocks/block-time.ts";
import {
  BLOCK_PROTOCOL,
  commitHash,
  consensusHash,
  type DecidedBlock,
  dataHash,
  EMPTY_HASH,
  precommitSignBytes,
  type SealedBlock,
  sealBlock,
  validatorSetHash,
} from "../blocks/comet.ts";
import { applicationMisbehaved } from "../execution/fatal.ts";
import { MAX_BLOCK_SIZE_BYTES } from "../genesis/genesis-document.ts";
import { txSizeInBlock } from "../mempool/mempool.ts";
import type { PrivateValidator } from "../privval/private-validator.ts";
import { type EngineState, nextHeight } from "../state/engine-state.ts";
import { findValidator, holdsTwoThirds } from "../validators/validator-set.ts";

/** Overheads of a block's protobuf (spec 05 §3.4). */
const HEADER_AND_OVERHEAD_BYTES = 626n + 11n;
const COMMIT_OVERHEAD_BYTES = 94n;
const COMMIT_SIG_BYTES = 111n;

/** What the proposer works with. */
export interface ProposerModules {
  readonly application: AsyncApplication;
  readonly privateValidator: PrivateValidator;
  readonly clock: Clock;
  /** Time of a precommit; replaced only by tests that reproduce vectors. */
  readonly precommitTime?: (nowNs: bigint, blockTimeNs: bigint) => bigint;
}

/** Bytes that transactions of the next block may take. */
export function maxDataBytes(state: EngineState): bigint {
  const { blockMaxBytes } = state.params;
  const maxBytes = blockMaxBytes === -1n ? MAX_BLOCK_SIZE_BYTES : blockMaxBytes;
  const signatures = BigInt(state.lastValidators.validators.length);
  return maxBytes - HEADER_AND_OVERHEAD_BYTES - COMMIT_OVERHEAD_BYTES - COMMIT_SIG_BYTES * signatures;
}

function blockTime(state: EngineState, lastCommit: Commit): bigint {
  if (state.height === 0n) return state.blockTimeNs;
  const time = medianTime(lastCommit, state.lastValidators);
  if (time === undefined) throw new LocalError("CHAIN_DATA_CORRUPT", "the last commit holds no vote");
  return time;
}

function buildBlock(state: EngineState, lastCommit: Commit, txs: readonly Uint8Array[], proposer: Uint8Array): Block {
  return {
    header: {
      versionBlock: BLOCK_PROTOCOL,
      versionApp: state.versionApp,
      chainId: state.chainId,
      height: nextHeight(state),
      timeNs: blockTime(state, lastCommit),
      lastBlockId: state.blockId,
      lastCommitHash: commitHash(lastCommit),
      dataHash: dataHash(txs),
      validatorsHash: validatorSetHash(state.validators),
      nextValidatorsHash: validatorSetHash(state.nextValidators),
      consensusHash: consensusHash(state.params),
      appHash: state.appHash,
      lastResultsHash: state.lastResultsHash,
      evidenceHash: EMPTY_HASH,
      proposerAddress: proposer,
    },
    txs,
    lastCommit,
  };
}

/** One signature per validator in set order; validators whose keys are not here are absent. */
function commitSigs(set: ValidatorSet, own: CommitSig): CommitSig[] {
  const absent: CommitSig = {
    blockIdFlag: 1,
    validatorAddress: new Uint8Array(0),
    timestampNs: undefined,
    signature: new Uint8Array(0),
  };
  const self = findValidator(set, own.validatorAddress);
  return set.validators.map((v) => (v === self ? own : absent));
}

/** Proposes and decides blocks of a chain whose key with more than two thirds of the power is here. */
export class Proposer {
  readonly #modules: ProposerModules;

  constructor(modules: ProposerModules) {
    this.#modules = modules;
  }

  /**
   * The next block with transactions out of `candidates`, signed. Throws LocalError `VALIDATOR_POWER_LOST` when this
   * key no longer decides alone.
   */
  async decide(
    state: EngineState,
    lastCommit: Commit | undefined,
    candidates: readonly Uint8Array[],
  ): Promise<DecidedBlock> {
    const { application, privateValidator } = this.#modules;
    if (!holdsTwoThirds(state.validators, privateValidator.address)) {
      throw new LocalError("VALIDATOR_POWER_LOST", "this node's key no longer has more than two thirds of the power", {
        fix: "the embedded engine decides alone: run the network on CometBFT, or unbond the other validators",
      });
    }
    const previous = lastCommit ?? EMPTY_COMMIT;
    const height = nextHeight(state);
    const timeNs = blockTime(state, previous);
    const maxTxBytes = maxDataBytes(state);
    const txs = await application.prepareProposal({ height, timeNs, maxTxBytes, txs: candidates });
    if (txs.reduce((sum, tx) => sum + txSizeInBlock(tx), 0n) > maxTxBytes) {
      throw applicationMisbehaved("PrepareProposal returned more bytes than fit into a block");
    }
    const sealed = sealBlock(buildBlock(state, previous, txs, privateValidator.address));
    const { hash } = sealed.blockId;
    if (!(await application.processProposal({ height, timeNs, hash, txs }))) {
      throw applicationMisbehaved("ProcessProposal rejected the node's own proposal");
    }
    return { sealed, seenCommit: await this.#precommit(state, sealed) };
  }

  async #precommit(state: EngineState, { block, blockId }: SealedBlock): Promise<Commit> {
    const { privateValidator, clock } = this.#modules;
    const { height, timeNs, chainId } = block.header;
    const timestampNs = (this.#modules.precommitTime ?? precommitTime)(clock.now(), timeNs);
    const round = privateValidator.nextRound(height);
    const signBytes = precommitSignBytes({ chainId, height, round, blockId, timestampNs });
    const signature = await privateValidator.signPrecommit(height, round, signBytes);
    const own: CommitSig = { blockIdFlag: 2, validatorAddress: privateValidator.address, timestampNs, signature };
    return { height, round, blockId, signatures: commitSigs(state.validators, own) };
  }
}
