/**
 * What the engine knows after a height: everything the next header is made from (spec 05 §3.8, §2.4).
 * @module
 */
import type { ConsensusParams, FinalizeBlockResponse, InfoResponse, InitChainResponse } from "@enclavenet/abci";
import { type Block, type BlockId, EMPTY_BLOCK_ID, type ValidatorSet } from "../base/block-types.ts";
import { EMPTY_HASH, resultsHash } from "../blocks/comet.ts";
import type { GenesisDocument } from "../genesis/genesis-document.ts";
import { incrementPriorities } from "../validators/proposer-priority.ts";
import { applyUpdates, createValidatorSet } from "../validators/validator-set.ts";

/** State after block `height`; before the initial block `height` is 0. */
export interface EngineState {
  readonly chainId: string;
  readonly genesisHash: Uint8Array;
  readonly initialHeight: bigint;
  readonly versionApp: bigint;
  readonly height: bigint;
  readonly blockId: BlockId;
  readonly blockTimeNs: bigint;
  /** Signed the last block. */
  readonly lastValidators: ValidatorSet;
  /** Signs the next block. */
  readonly validators: ValidatorSet;
  /** Signs the block after the next. */
  readonly nextValidators: ValidatorSet;
  readonly params: ConsensusParams;
  readonly appHash: Uint8Array;
  readonly lastResultsHash: Uint8Array;
}

/** A set without validators: what signed the block before the initial one. */
export const NO_VALIDATORS: ValidatorSet = { validators: [], proposerAddress: new Uint8Array(0) };

/** Height of the next block. */
export function nextHeight(state: Pick<EngineState, "height" | "initialHeight">): bigint {
  return state.height === 0n ? state.initialHeight : state.height + 1n;
}

/** State before the initial block (spec 05 §2.4.2). Validators of the application's answer win over the document's. */
export function stateFromGenesis(
  genesis: GenesisDocument,
  info: InfoResponse,
  response: InitChainResponse,
): EngineState {
  const updates = response.validators.length > 0 ? response.validators : genesis.validators;
  const validators = createValidatorSet(updates.map(({ publicKey, power }) => ({ publicKey, power })));
  return {
    chainId: genesis.chainId,
    genesisHash: genesis.hash,
    initialHeight: genesis.initialHeight,
    versionApp: info.appVersion,
    height: 0n,
    blockId: EMPTY_BLOCK_ID,
    blockTimeNs: genesis.genesisTimeNs,
    lastValidators: NO_VALIDATORS,
    validators,
    nextValidators: incrementPriorities(validators, 1),
    params: genesis.consensusParams,
    appHash: response.appHash,
    lastResultsHash: EMPTY_HASH,
  };
}

/** State after a block. Throws LocalError `VALIDATOR_UPDATE` for updates that CometBFT would refuse. */
export function stateAfterBlock(
  state: EngineState,
  block: Block,
  blockId: BlockId,
  response: FinalizeBlockResponse,
): EngineState {
  return {
    ...state,
    height: block.header.height,
    blockId,
    blockTimeNs: block.header.timeNs,
    lastValidators: state.validators,
    validators: state.nextValidators,
    nextValidators: incrementPriorities(applyUpdates(state.nextValidators, response.validatorUpdates), 1),
    appHash: response.appHash,
    lastResultsHash: resultsHash(response.txResults),
  };
}
