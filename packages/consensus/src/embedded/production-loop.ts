/**
 * Follows the production plan: waits, makes blocks, keeps the times that the plan decides on.
 * @module
 */
import type { Clock } from "@enclavenet/common";
import type { Timers } from "../base/timers.ts";
import { WakeSignal } from "../base/wake-signal.ts";
import { type ChainSituation, decideProduction, type ProductionMode } from "./production-plan.ts";

/** How long transactions that a block passed over wait before the next attempt. */
const PASSED_OVER_RETRY_MS = 1000;
const NS_PER_MS = 1_000_000n;

/** What the loop knows of the chain's tip. */
export interface TipFacts {
  readonly started: boolean;
  readonly nextBlockTimeNs: bigint;
  readonly proofWanted: boolean;
}

/** What a block did to the mempool. */
export interface BlockNote {
  readonly startedMs: number;
  /** Whether the block was meant to hold transactions. */
  readonly transactions: boolean;
  readonly included: number;
  /** Waiting transactions afterwards. */
  readonly remaining: number;
}

/** What the loop works with. */
export interface LoopModules {
  readonly mode: ProductionMode;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly tip: () => TipFacts;
  /** Makes a block and calls {@link ProductionLoop.noteReap} and {@link ProductionLoop.noteBlock}. */
  readonly makeBlock: (transactions: boolean) => Promise<unknown>;
}

/** Drives one engine's production. */
export class ProductionLoop {
  readonly #modules: LoopModules;
  readonly #signal: WakeSignal;
  #stopped = false;
  #firstWaitingMs: number | undefined;
  #leftOver = false;
  #clockBlockMade = false;
  #lastBlockMs: number;
  #lastBlockDurationMs = 0;

  constructor(modules: LoopModules) {
    this.#modules = modules;
    this.#signal = new WakeSignal(modules.timers);
    this.#lastBlockMs = modules.timers.now();
  }

  /** A transaction entered the mempool. */
  noteTx(): void {
    if (this.#firstWaitingMs !== undefined) return;
    this.#firstWaitingMs = this.#modules.timers.now();
    this.#clockBlockMade = false;
    this.#signal.wake();
  }

  /** A block takes the waiting transactions: those that come from now on wait for the next one. */
  noteReap(): void {
    this.#firstWaitingMs = undefined;
    this.#leftOver = false;
  }

  /** A block was committed, by this loop or by a caller. */
  noteBlock(note: BlockNote): void {
    const now = this.#modules.timers.now();
    this.#lastBlockMs = now;
    this.#lastBlockDurationMs = now - note.startedMs;
    this.#clockBlockMade = !note.transactions;
    if (note.remaining === 0) {
      this.noteReap();
    } else if (this.#firstWaitingMs === undefined) {
      this.#leftOver = note.included > 0;
      this.#firstWaitingMs = this.#leftOver ? now : now + PASSED_OVER_RETRY_MS;
    }
    this.#signal.wake();
  }

  /** Makes blocks until {@link stop}; rejects when making one fails. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const decision = decideProduction(this.#modules.mode, this.#situation());
      if (decision.kind === "produce") await this.#modules.makeBlock(decision.transactions);
      else await this.#signal.wait(decision.ms);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#signal.wake();
  }

  #situation(): ChainSituation {
    const { timers, clock, tip } = this.#modules;
    const { started, nextBlockTimeNs, proofWanted } = tip();
    return {
      nowMs: timers.now(),
      started,
      firstWaitingMs: this.#firstWaitingMs,
      leftOver: this.#leftOver,
      blockTimeAgeMs: Number((clock.now() - nextBlockTimeNs) / NS_PER_MS),
      clockBlockMade: this.#clockBlockMade,
      proofWanted,
      lastBlockMs: this.#lastBlockMs,
      lastBlockDurationMs: this.#lastBlockDurationMs,
    };
  }
}
