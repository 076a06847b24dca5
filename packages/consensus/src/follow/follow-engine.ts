/**
 * The following engine: a full node without a vote. It pulls blocks and commits from the RPC of other nodes, verifies each
 * one, executes it as every node does, and must come to the state that the next block tells (spec 05 §2.6, §3.10).
 *
 * Nothing that a source says is believed: its height is a hint, its blocks count once the validators' signatures do.
 * @module
 */
import type { AsyncApplication, ExecTxResult } from "@enclavenet/abci";
import { LocalError, type Logger, silentLogger } from "@enclavenet/common";
import type { TxRecord } from "../base/chain-types.ts";
import { validatorAddress } from "../base/sha256.ts";
import { systemTimers } from "../base/timers.ts";
import type { ConsensusEngine } from "../engine.ts";
import { createAppClient } from "../execution/app-client.ts";
import { EngineMetrics } from "../execution/engine-metrics.ts";
import { BlockExecutor, type CommittedBlock } from "../execution/executor.ts";
import { asLocalError } from "../execution/fatal.ts";
import { Handshake } from "../execution/handshake.ts";
import type { EngineReader } from "../reader.ts";
import { DEFAULT_MAX_VISITED } from "../search/search.ts";
import { ChainReader } from "../serving/chain-reader.ts";
import { EventHub } from "../serving/event-hub.ts";
import { publishBlock } from "../serving/publish-block.ts";
import { TxWaiters } from "../serving/tx-waiters.ts";
import type { EngineState } from "../state/engine-state.ts";
import { ChainStore } from "../storage/chain-store.ts";
import { ChainFollower, demandAgreement } from "./chain-follower.ts";
import { FollowLoop } from "./follow-loop.ts";
import {
  DEFAULT_POLL_MS,
  type FollowEngineModules,
  type FollowEngineOptions,
  type FollowProgress,
} from "./follow-options.ts";
import { Forwarder } from "./forwarder.ts";
import { HeadWatch } from "./head-watch.ts";
import { Puller } from "./puller.ts";
import { BlockSource, DEFAULT_TIMEOUTS } from "./source/block-source.ts";
import { SourcePool } from "./source-pool.ts";
import { SyncLag } from "./sync-lag.ts";
import { SyncSpeed } from "./sync-speed.ts";

interface OpenedParts {
  readonly application: AsyncApplication;
  readonly store: ChainStore;
  readonly executor: BlockExecutor;
  readonly state: EngineState;
}

/** The engine. {@link FollowEngine.open} it, then {@link FollowEngine.start} following. */
export class FollowEngine implements ConsensusEngine {
  readonly reader: EngineReader;
  readonly fatal: Promise<LocalError>;
  readonly #logger: Logger;
  readonly #chain: ChainFollower;
  readonly #lag: SyncLag;
  readonly #pool: SourcePool;
  readonly #loop: FollowLoop;
  readonly #heads: HeadWatch;
  readonly #forwarder: Forwarder;
  readonly #events: EventHub;
  readonly #waiters: TxWaiters;
  readonly #speed: SyncSpeed;
  readonly #stopping = new AbortController();
  #reportFatal: (error: LocalError) => void = () => {};
  #ended: LocalError | undefined;
  #running: Promise<void> | undefined;

  private constructor(options: FollowEngineOptions, modules: FollowEngineModules, parts: OpenedParts) {
    const { genesis, timers = systemTimers, logger = silentLogger } = modules;
    const { state, ...steps } = parts;
    this.#logger = logger;
    this.#chain = new ChainFollower(
      { ...steps, primitives: modules.primitives, onCommitted: (block) => this.#noteCommitted(block) },
      state,
    );
    const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    const sources = modules.sources.map((transport) => new BlockSource(transport, genesis, timeouts));
    this.#pool = new SourcePool(sources, timers, logger);
    this.#lag = new SyncLag(this.#pool, () => this.#chain.state.height);
    const puller = new Puller({
      pool: this.#pool,
      timers,
      pollMs: options.pollMs ?? DEFAULT_POLL_MS,
      onTip: (from) => this.#lag.noteTip(from - 1n),
      onLost: () => this.#lag.noteTip(undefined),
    });
    this.#heads = new HeadWatch({ pool: this.#pool, timers, logger, onNews: () => puller.wake() });
    const metrics = new EngineMetrics(modules.metrics);
    this.#loop = new FollowLoop({
      chain: this.#chain,
      pool: this.#pool,
      puller,
      timers,
      stopping: this.#stopping.signal,
      onExecuted({ sealed: { block } }, ms) {
        metrics.noteBlock(block.header.height, block.txs.length, 0, ms);
      },
    });
    this.#forwarder = new Forwarder(this.#pool, this.#stopping.signal);
    this.#events = new EventHub(logger);
    this.#waiters = new TxWaiters(timers);
    this.#speed = new SyncSpeed(timers);
    this.fatal = new Promise((resolve) => {
      this.#reportFatal = resolve;
    });
    this.reader = new ChainReader({
      database: modules.database,
      genesis,
      identity: { publicKey: modules.publicKey, address: validatorAddress(modules.publicKey) },
      store: parts.store,
      mempool: { size: 0, totalBytes: 0, list: () => [] },
      searchLimits: { maxVisited: DEFAULT_MAX_VISITED, ...options.search },
      catchingUp: () => this.#lag.catchingUp,
      state: () => this.#chain.state,
      subscribe: (listener) => this.#events.subscribe(listener),
    });
  }

  /** Brings application and chain data to one height. Throws what the embedded engine's `open` throws. */
  static async open(options: FollowEngineOptions, modules: FollowEngineModules): Promise<FollowEngine> {
    const { genesis, onFinality, logger = silentLogger } = modules;
    const application = createAppClient(modules.application);
    const store = new ChainStore(modules.database);
    demandAgreement(store);
    const executor = new BlockExecutor({ application, store, onFinality });
    const state = await new Handshake({ application, store, executor, genesis, logger }).run();
    return new FollowEngine(options, modules, { application, store, executor, state });
  }

  /** Begins to follow. */
  start(): void {
    if (this.#running !== undefined || this.#ended !== undefined) return;
    this.#heads.open();
    this.#running = this.#loop.run().catch((error: unknown) => {
      this.#fail(error);
    });
  }

  /** How far this node is, and how fast. */
  progress(): FollowProgress {
    const { height } = this.#chain.state;
    return {
      height,
      target: height + this.#lag.blocks,
      catchingUp: this.#lag.catchingUp,
      source: this.#pool.current.source.url,
      lastError: this.#pool.lastError,
      ...this.#speed.get(),
    };
  }

  /** Hands the transaction to a followed node. */
  async broadcastTx(tx: Uint8Array): Promise<ExecTxResult> {
    this.#checkRunning();
    return this.#forwarder.forward(tx);
  }

  async waitForTx(hash: Uint8Array, timeoutMs: number): Promise<TxRecord> {
    this.#checkRunning();
    return this.reader.tx(hash) ?? this.#waiters.wait(hash, timeoutMs);
  }

  async stop(): Promise<void> {
    this.#end(new LocalError("ENGINE_STOPPED", "the node is stopping"));
    await this.#running;
  }

  #checkRunning(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }

  #noteCommitted(block: CommittedBlock): void {
    const { state, txs } = block;
    publishBlock(block, this.#events, this.#waiters);
    this.#lag.noteHeight();
    this.#speed.note(txs.length);
    this.#logger.debug("followed a block", { height: state.height, txs: txs.length, hash: state.blockId.hash });
  }

  #fail(error: unknown): void {
    if (this.#ended !== undefined) return;
    const reason = asLocalError(error);
    this.#logger.error("following stopped", { code: reason.code, height: this.#chain.state.height }, reason);
    this.#end(reason);
    this.#reportFatal(reason);
  }

  #end(reason: LocalError): void {
    this.#ended ??= reason;
    this.#stopping.abort();
    this.#heads.close();
    this.#waiters.rejectAll(reason);
  }
}
