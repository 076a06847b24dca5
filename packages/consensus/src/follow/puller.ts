/**
 * Gets the next blocks from whichever source has them, one request at a time. While a batch is executed, the next one is
 * pulled: at most two answers are held in memory.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import type { Timers } from "../base/timers.ts";
import { asLocalError } from "../execution/fatal.ts";
import type { PulledBlocks } from "./source/block-source.ts";
import type { SourceEntry, SourcePool } from "./source-pool.ts";

/** Consecutive blocks from one source. */
export interface Pulled extends PulledBlocks {
  readonly entry: SourceEntry;
}

/** What the puller works with. */
export interface PullerModules {
  readonly pool: SourcePool;
  readonly timers: Timers;
  /** Pause between two looks for a new block. */
  readonly pollMs: number;
  /** Called when a source has nothing from `from` on. */
  readonly onTip: (from: bigint) => void;
  /** Called when no source can be asked. */
  readonly onLost: () => void;
}

/** Blocks that are too large, too slow or refused may come when fewer are asked for. */
const SHRINKABLE = ["FOLLOW_TOO_LARGE", "FOLLOW_TIMEOUT", "FOLLOW_REFUSED"];

/** Pulls for one engine. */
export class Puller {
  readonly #modules: PullerModules;
  /** There is a reason to look since the last look began. */
  #news = false;
  #look: () => void = () => {};

  constructor(modules: PullerModules) {
    this.#modules = modules;
  }

  /** A source has news: the next look is now. */
  wake(): void {
    this.#news = true;
    this.#look();
  }

  /** Blocks from `from` on, at least one; undefined once `signal` is aborted. Waits for as long as it takes. Never rejects. */
  async pull(from: bigint, signal: AbortSignal): Promise<Pulled | undefined> {
    while (!signal.aborted) {
      this.#news = false;
      const entry = this.#modules.pool.pick();
      if (typeof entry === "number") {
        this.#modules.onLost();
        await this.#wait(entry, signal);
        continue;
      }
      const pulled = await this.#ask(entry, from, signal);
      if (pulled !== undefined) return { entry, ...pulled };
    }
    return undefined;
  }

  /** Blocks of one source, or undefined when it has none now; a failure is noted. */
  async #ask(entry: SourceEntry, from: bigint, signal: AbortSignal): Promise<PulledBlocks | undefined> {
    const { pool, timers } = this.#modules;
    try {
      if (this.#isStale(entry, from)) {
        const askedMs = timers.now();
        pool.noteHeight(entry, await entry.source.height(signal), askedMs);
      }
      if (from > entry.height) {
        await this.#atTip(from, signal);
        return undefined;
      }
      return await this.#blocks(entry, from, signal);
    } catch (error) {
      // What was broken off on purpose says nothing of the source.
      if (!signal.aborted) pool.fail(entry, asLocalError(error));
      return undefined;
    }
  }

  /** Whether the source may have more by now than it said, and this batch would come to the end of that. */
  #isStale(entry: SourceEntry, from: bigint): boolean {
    const { timers, pollMs } = this.#modules;
    if (from > entry.height) return true;
    return from + BigInt(entry.batch) > entry.height && timers.now() - entry.toldMs >= pollMs;
  }

  async #blocks(entry: SourceEntry, from: bigint, signal: AbortSignal): Promise<PulledBlocks | undefined> {
    const { pool } = this.#modules;
    const available = entry.height - from + 1n;
    const count = available < BigInt(entry.batch) ? Number(available) : entry.batch;
    try {
      const pulled = await entry.source.blocks({ from, count, withNext: available > BigInt(count) }, signal);
      if (count === entry.batch) pool.grow(entry);
      return pulled;
    } catch (error) {
      if (SHRINKABLE.some((code) => LocalError.is(error, code)) && pool.shrink(entry)) return undefined;
      throw error;
    }
  }

  async #atTip(from: bigint, signal: AbortSignal): Promise<void> {
    const { pool, pollMs, onTip } = this.#modules;
    onTip(from);
    // What came in the meantime named the source to ask.
    if (this.#news) return;
    pool.advance();
    await this.#wait(pollMs, signal);
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        signal.removeEventListener("abort", end);
        this.#look = () => {};
        resolve();
      };
      this.#look = end;
      const cancel = this.#modules.timers.set(ms, end);
      signal.addEventListener("abort", end);
      if (signal.aborted) end();
    });
  }
}
