/**
 * The embedded engine: one validator that makes valid CometBFT blocks (spec 05 §3.12), in the host's main thread.
 *
 * A result is shown only after the application's commit and the engine's record of it are durable, so that nothing
 * that any endpoint has shown is lost with the process.
 * @module
 */
import type { AsyncApplication, ExecTxResult } from "@enclavenet/abci";
import { type Clock, LocalError, type Logger, type MetricsRegistry, silentLogger } from "@enclavenet/common";
import type { Commit } from "../base/block-types.ts";
import type { TxRecord } from "../base/chain-types.ts";
import { Mutex } from "../base/mutex.ts";
import { systemTimers, type Timers } from "../base/timers.ts";
import { medianTime } from "../blocks/block-time.ts";
import type { ConsensusEngine } from "../engine.ts";
import { createAppClient } from "../execution/app-client.ts";
import { EngineMetrics } from "../execution/engine-metrics.ts";
import { BlockExecutor, type CommittedBlock, type OnFinality } from "../execution/executor.ts";
import { asLocalError } from "../execution/fatal.ts";
import { Handshake } from "../execution/handshake.ts";
import type { GenesisDocument } from "../genesis/genesis-document.ts";
import { DEFAULT_MEMPOOL_LIMITS, Mempool, type MempoolLimits } from "../mempool/mempool.ts";
import type { PrivateValidator } from "../privval/private-validator.ts";
import type { EngineReader } from "../reader.ts";
import { DEFAULT_MAX_VISITED, type SearchLimits } from "../search/search.ts";
import { ChainReader } from "../serving/chain-reader.ts";
import { EventHub } from "../serving/event-hub.ts";
import { publishBlock } from "../serving/publish-block.ts";
import { TxWaiters } from "../serving/tx-waiters.ts";
import type { EngineState } from "../state/engine-state.ts";
import { ChainStore, MAX_PRUNED_PER_BLOCK } from "../storage/chain-store.ts";
import type { EngineDatabase } from "../storage/database.ts";
import { ProductionLoop, type TipFacts } from "./production-loop.ts";
import type { ProductionMode } from "./production-plan.ts";
import { maxDataBytes, Proposer } from "./proposer.ts";

/** Choices. */
export interface EmbeddedEngineOptions {
  readonly production: ProductionMode;
  readonly mempool?: Partial<MempoolLimits>;
  readonly search?: Partial<SearchLimits>;
}

/** Collaborators. */
export interface EmbeddedEngineModules {
  readonly genesis: GenesisDocument;
  readonly application: AsyncApplication;
  /** This engine's own database; the caller closes it after {@link EmbeddedEngine.stop}. */
  readonly database: EngineDatabase;
  readonly privateValidator: PrivateValidator;
  readonly clock: Clock;
  readonly onFinality: OnFinality;
  readonly timers?: Timers;
  readonly logger?: Logger;
  readonly metrics?: MetricsRegistry;
  /** Replaces the rule for precommit timestamps; for tests that reproduce vectors. */
  readonly precommitTime?: (nowNs: bigint, blockTimeNs: bigint) => bigint;
}

/** The engine. {@link EmbeddedEngine.open} it, then {@link EmbeddedEngine.start} production. */
export class EmbeddedEngine implements ConsensusEngine {
  readonly reader: EngineReader;
  readonly fatal: Promise<LocalError>;
  readonly #application: AsyncApplication;
  readonly #timers: Timers;
  readonly #logger: Logger;
  readonly #store: ChainStore;
  readonly #executor: BlockExecutor;
  readonly #proposer: Proposer;
  readonly #mempool: Mempool;
  readonly #loop: ProductionLoop;
  readonly #events: EventHub;
  readonly #waiters: TxWaiters;
  readonly #metrics: EngineMetrics;
  readonly #mutex = new Mutex();
  #reportFatal: (error: LocalError) => void = () => {};
  #ended: LocalError | undefined;
  #running: Promise<void> | undefined;
  #state: EngineState;
  #seenCommit: Commit | undefined;
  #proofWanted: boolean;

  private constructor(options: EmbeddedEngineOptions, modules: EmbeddedEngineModules, parts: OpenedParts) {
    const { database, genesis, privateValidator, clock, timers = systemTimers, logger = silentLogger } = modules;
    this.#application = parts.application;
    this.#store = parts.store;
    this.#executor = parts.executor;
    this.#timers = timers;
    this.#logger = logger;
    this.#state = parts.state;
    this.#seenCommit = parts.store.seenCommit(parts.state.height);
    this.#proofWanted = wantsProof(parts.state, parts.store.meta(parts.state.height)?.numTxs ?? 0);
    this.#proposer = new Proposer({ ...modules, application: parts.application });
    this.#events = new EventHub(logger);
    this.#waiters = new TxWaiters(timers);
    this.#metrics = new EngineMetrics(modules.metrics);
    this.fatal = new Promise((resolve) => {
      this.#reportFatal = resolve;
    });
    this.#mempool = new Mempool(
      { ...DEFAULT_MEMPOOL_LIMITS, ...options.mempool },
      {
        checkTx: (request) => this.#application.checkTx(request),
        maxGas: () => this.#state.params.blockMaxGas,
        onAdded: () => this.#loop.noteTx(),
      },
    );
    this.#loop = new ProductionLoop({
      mode: options.production,
      timers,
      clock,
      tip: () => this.#tip(),
      makeBlock: (transactions) => this.#makeBlock(transactions),
    });
    this.reader = new ChainReader({
      database,
      genesis,
      identity: privateValidator,
      catchingUp: () => false,
      store: parts.store,
      mempool: this.#mempool,
      searchLimits: { maxVisited: DEFAULT_MAX_VISITED, ...options.search },
      state: () => this.#state,
      subscribe: (listener) => this.#events.subscribe(listener),
    });
  }

  /**
   * Brings application and chain data to one height (InitChain or replay). Throws LocalError: `GENESIS_MISMATCH`,
   * `APP_HASH_MISMATCH`, `APP_AHEAD`, `APP_TOO_FAR_BEHIND`, `APP_FAILED`, `CHAIN_DATA_CORRUPT`.
   */
  static async open(options: EmbeddedEngineOptions, modules: EmbeddedEngineModules): Promise<EmbeddedEngine> {
    const { genesis, onFinality, logger = silentLogger } = modules;
    const application = createAppClient(modules.application);
    const store = new ChainStore(modules.database);
    const executor = new BlockExecutor({ application, store, onFinality });
    const state = await new Handshake({ application, store, executor, genesis, logger }).run();
    return new EmbeddedEngine(options, modules, { application, store, executor, state });
  }

  /** Begins production as configured. Does nothing in manual mode. */
  start(): void {
    this.#running ??= this.#loop.run().catch((error: unknown) => {
      this.#fail(error);
    });
  }

  /** Makes one block now, with whatever waits (unless `transactions` is false), and returns its height. */
  async produceBlock(options: { readonly transactions?: boolean } = {}): Promise<bigint> {
    return this.#makeBlock(options.transactions ?? true);
  }

  async broadcastTx(tx: Uint8Array): Promise<ExecTxResult> {
    this.#checkRunning();
    try {
      return await this.#mempool.checkTx(tx);
    } catch (error) {
      if (error instanceof Error && error.name === "LocalError") await this.#probeApplication();
      throw this.#ended ?? error;
    }
  }

  async waitForTx(hash: Uint8Array, timeoutMs: number): Promise<TxRecord> {
    this.#checkRunning();
    return this.reader.tx(hash) ?? this.#waiters.wait(hash, timeoutMs);
  }

  async stop(): Promise<void> {
    this.#end(new LocalError("ENGINE_STOPPED", "the node is stopping"));
    await this.#mutex.idle();
    await this.#running;
  }

  #checkRunning(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }

  #tip(): TipFacts {
    const commit = this.#seenCommit;
    const nextBlockTimeNs = commit === undefined ? undefined : medianTime(commit, this.#state.lastValidators);
    return {
      started: this.#state.height > 0n,
      nextBlockTimeNs: nextBlockTimeNs ?? this.#state.blockTimeNs,
      proofWanted: this.#proofWanted,
    };
  }

  #makeBlock(transactions: boolean): Promise<bigint> {
    return this.#mutex.run(async () => {
      this.#checkRunning();
      try {
        return await this.#advance(transactions);
      } catch (error) {
        throw this.#fail(error);
      }
    });
  }

  async #advance(transactions: boolean): Promise<bigint> {
    const startedMs = this.#timers.now();
    const candidates = transactions ? await this.#reap() : [];
    const decided = await this.#proposer.decide(this.#state, this.#seenCommit, candidates);
    await this.#store.saveBlock(decided.sealed, decided.seenCommit);
    const executed = await this.#executor.finalize(decided, this.#state);
    await this.#mempool.lock();
    try {
      const { retainHeight } = await this.#application.commit();
      // The application's thread checks again while this one writes the height down.
      const rechecked = this.#mempool.recheck(decided.sealed.block.txs);
      rechecked.catch(() => undefined);
      await new Promise((resolve) => setImmediate(resolve));
      this.#adopt(await this.#executor.record(executed));
      await rechecked;
      if (retainHeight > 0n) await this.#store.prune(retainHeight, MAX_PRUNED_PER_BLOCK);
    } finally {
      this.#mempool.unlock();
    }
    const included = decided.sealed.block.txs.length;
    const remaining = this.#mempool.size;
    this.#loop.noteBlock({ startedMs, transactions, included, remaining });
    this.#metrics.noteBlock(this.#state.height, included, remaining, this.#timers.now() - startedMs);
    return this.#state.height;
  }

  async #reap(): Promise<Uint8Array[]> {
    // Transactions whose CheckTx runs belong to this block: two senders at once must meet in it (spec 04 §1.4).
    await this.#mempool.settle();
    this.#loop.noteReap();
    return this.#mempool.reap(maxDataBytes(this.#state), this.#state.params.blockMaxGas);
  }

  /** From here on the height is visible. */
  #adopt(committed: CommittedBlock): void {
    const { decided, state, response, txs } = committed;
    const { block, blockId } = decided.sealed;
    this.#state = state;
    this.#seenCommit = decided.seenCommit;
    this.#proofWanted = wantsProof(state, txs.length);
    this.#mempool.removeCommitted(block.txs, response.txResults);
    publishBlock(committed, this.#events, this.#waiters);
    this.#logger.debug("committed a block", { height: state.height, txs: txs.length, hash: blockId.hash });
  }

  /** CheckTx failed: one bad transaction, or no application any more? */
  async #probeApplication(): Promise<void> {
    try {
      await this.#application.info();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): LocalError {
    if (this.#ended !== undefined) return this.#ended;
    const reason = asLocalError(error);
    this.#logger.error("block production stopped", { code: reason.code, height: this.#state.height }, reason);
    this.#end(reason);
    this.#reportFatal(reason);
    return reason;
  }

  #end(reason: LocalError): void {
    this.#ended ??= reason;
    this.#loop.stop();
    this.#waiters.rejectAll(reason);
  }
}

interface OpenedParts {
  readonly application: AsyncApplication;
  readonly store: ChainStore;
  readonly executor: BlockExecutor;
  readonly state: EngineState;
}

/** Whether one more block must follow to prove what this one did (spec 05 §3.12.6). */
function wantsProof(state: EngineState, numTxs: number): boolean {
  return state.height === state.initialHeight || numTxs > 0;
}
