/**
 * Start-up: brings application, engine state and block store to one height, whatever a crash left behind.
 *
 * With A, S, B the heights of application, engine state and block store, S <= B <= S+1 always holds. Blocks that the
 * application lacks are executed again with the very header and commit that were stored; a block that the application
 * has and the state lacks is completed from the stored answer; anything else is refused (spec 05 §2.6).
 * @module
 */
import type { AsyncApplication, FinalizeBlockResponse, InfoResponse } from "@enclavenet/abci";
import { equalBytes, LocalError, type Logger, toHex } from "@enclavenet/common";
import type { DecidedBlock } from "../blocks/comet.ts";
import type { GenesisDocument } from "../genesis/genesis-document.ts";
import { type EngineState, NO_VALIDATORS, nextHeight, stateFromGenesis } from "../state/engine-state.ts";
import type { ChainStore } from "../storage/chain-store.ts";
import { corruptRecord } from "../storage/record-codec.ts";
import { type BlockExecutor, type ExpectedOutcome, executedBlock, type HeightValidators } from "./executor.ts";
import { diverged } from "./fatal.ts";

/** What the handshake works with. */
export interface HandshakeModules {
  readonly application: AsyncApplication;
  readonly store: ChainStore;
  readonly executor: BlockExecutor;
  readonly genesis: GenesisDocument;
  readonly logger: Logger;
}

const RESET_BOTH = "restore application and chain data from one backup, or reset both";

/** Runs once, before production. */
export class Handshake {
  readonly #modules: HandshakeModules;

  constructor(modules: HandshakeModules) {
    this.#modules = modules;
  }

  /** The state from which the next block is made. */
  async run(): Promise<EngineState> {
    const { store, application } = this.#modules;
    const info = await application.info();
    const state = store.state();
    if (state === undefined) return this.#begin(info);
    this.#checkChain(state);
    this.#checkHeights(state, info);
    if (info.lastBlockHeight === 0n) await this.#initialiseAgain(info, state);
    else this.#checkAppHash(state, info);
    await this.#replayUpTo(state, info);
    return this.#completeTip(state, info);
  }

  async #begin(info: InfoResponse): Promise<EngineState> {
    const { store } = this.#modules;
    if (!store.isEmpty()) throw corruptRecord("blocks without a state");
    if (info.lastBlockHeight > 0n) {
      throw new LocalError("APP_AHEAD", "the application has blocks that the chain data does not have", {
        fix: RESET_BOTH,
      });
    }
    const state = await this.#initChain(info);
    await store.saveInitialState(state);
    return state;
  }

  async #initChain(info: InfoResponse): Promise<EngineState> {
    const { application, genesis } = this.#modules;
    const response = await application.initChain({
      timeNs: genesis.genesisTimeNs,
      chainId: genesis.chainId,
      consensusParams: genesis.consensusParams,
      validators: genesis.validators.map(({ publicKey, power }) => ({ publicKey, power })),
      appState: genesis.appState,
      initialHeight: genesis.initialHeight,
      genesisHash: genesis.hash,
    });
    return stateFromGenesis(genesis, info, response);
  }

  #checkChain(state: EngineState): void {
    const { genesis } = this.#modules;
    if (state.chainId === genesis.chainId && equalBytes(state.genesisHash, genesis.hash)) return;
    throw new LocalError("GENESIS_MISMATCH", "the chain data was made with another genesis document", {
      fix: "put the original genesis document back, or reset the chain",
    });
  }

  #checkHeights(state: EngineState, info: InfoResponse): void {
    const { base, height } = this.#modules.store.range();
    if (height !== state.height && height !== nextHeight(state)) throw corruptRecord("block store and state disagree");
    if (info.lastBlockHeight > height) {
      throw new LocalError(
        "APP_AHEAD",
        `the application is at height ${info.lastBlockHeight}, blocks end at ${height}`,
        {
          fix: RESET_BOTH,
        },
      );
    }
    const first = info.lastBlockHeight === 0n ? state.initialHeight : info.lastBlockHeight + 1n;
    if (height > 0n && first < base) {
      throw new LocalError("APP_TOO_FAR_BEHIND", `the application needs block ${first}, blocks begin at ${base}`, {
        fix: RESET_BOTH,
      });
    }
  }

  /** A wiped or not yet committed application: from genesis again. */
  async #initialiseAgain(info: InfoResponse, state: EngineState): Promise<void> {
    const initial = await this.#initChain(info);
    const expected = this.#appHashAfter(state, 0n);
    if (!equalBytes(initial.appHash, expected)) throw diverged("InitChain gave another app hash than at first");
  }

  #checkAppHash(state: EngineState, info: InfoResponse): void {
    const expected = this.#appHashAfter(state, info.lastBlockHeight);
    if (equalBytes(info.lastBlockAppHash, expected)) return;
    const [actual, wanted] = [toHex(info.lastBlockAppHash), toHex(expected)];
    throw diverged(`at height ${info.lastBlockHeight} the application has app hash ${actual}, the chain ${wanted}`);
  }

  /** What the chain says about the application after `height` (0: after InitChain). */
  #appHashAfter(state: EngineState, height: bigint): Uint8Array {
    if (height === state.height) return state.appHash;
    if (height > state.height) return this.#storedResults(height).appHash;
    return this.#stored(height === 0n ? state.initialHeight : height + 1n).sealed.block.header.appHash;
  }

  /** Executes blocks up to the engine state's height on an application that is behind it. */
  async #replayUpTo(state: EngineState, info: InfoResponse): Promise<void> {
    const { executor, logger } = this.#modules;
    const first = info.lastBlockHeight === 0n ? state.initialHeight : info.lastBlockHeight + 1n;
    for (let height = first; height <= state.height; height++) {
      logger.info("replaying a block", { height });
      await executor.replay(this.#stored(height), this.#validatorsAround(state, height), this.#expected(state, height));
    }
  }

  #expected(state: EngineState, height: bigint): ExpectedOutcome {
    if (height === state.height) return { appHash: state.appHash, resultsHash: state.lastResultsHash };
    const { header } = this.#stored(height + 1n).sealed.block;
    return { appHash: header.appHash, resultsHash: header.lastResultsHash };
  }

  #validatorsAround(state: EngineState, height: bigint): HeightValidators {
    const { store } = this.#modules;
    const last = height === state.initialHeight ? NO_VALIDATORS : store.validators(height - 1n);
    const next = store.validators(height + 1n);
    if (last === undefined || next === undefined) throw corruptRecord("validators of a stored height are missing");
    return { last, next };
  }

  /** A block that was decided but not recorded: execute it, or only record it when the application has it. */
  async #completeTip(state: EngineState, info: InfoResponse): Promise<EngineState> {
    const { store, executor, application, logger } = this.#modules;
    const { height } = store.range();
    if (height === state.height) return state;
    const decided = this.#stored(height);
    logger.info("completing a block that a stop interrupted", { height });
    if (info.lastBlockHeight === height) {
      return (await executor.record(executedBlock(decided, state, this.#storedResults(height)))).state;
    }
    const executed = await executor.finalize(decided, state);
    await application.commit();
    return (await executor.record(executed)).state;
  }

  #stored(height: bigint): DecidedBlock {
    const { store } = this.#modules;
    const sealed = store.block(height);
    const seenCommit = store.seenCommit(height);
    if (sealed === undefined || seenCommit === undefined) throw corruptRecord(`block ${height} is missing`);
    return { sealed, seenCommit };
  }

  #storedResults(height: bigint): FinalizeBlockResponse {
    const results = this.#modules.store.results(height);
    if (results === undefined) throw corruptRecord(`results of block ${height} are missing`);
    return results;
  }
}
