/**
 * Blocks and transactions per second over the last few seconds, for people who wait.
 * @module
 */
import type { Timers } from "../base/timers.ts";

const WINDOW_MS = 10_000;
const SAMPLE_MS = 250;
const MS_PER_SECOND = 1000;

interface Sample {
  readonly atMs: number;
  readonly blocks: number;
  readonly txs: number;
}

/** What was executed per second. */
export interface Speed {
  readonly blocksPerSecond: number;
  readonly txsPerSecond: number;
}

/** A moving window of samples. */
export class SyncSpeed {
  readonly #timers: Timers;
  #samples: Sample[];
  #blocks = 0;
  #txs = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
    this.#samples = [{ atMs: timers.now(), blocks: 0, txs: 0 }];
  }

  note(txs: number): void {
    this.#blocks++;
    this.#txs += txs;
    const atMs = this.#timers.now();
    if (atMs - (this.#samples.at(-1) as Sample).atMs < SAMPLE_MS) return;
    const kept = this.#samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS);
    this.#samples = [...kept, { atMs, blocks: this.#blocks, txs: this.#txs }];
  }

  get(): Speed {
    const now = this.#timers.now();
    const first = this.#samples.find(({ atMs }) => now - atMs <= WINDOW_MS) ?? (this.#samples.at(-1) as Sample);
    const seconds = Math.max(now - first.atMs, SAMPLE_MS) / MS_PER_SECOND;
    return {
      blocksPerSecond: (this.#blocks - first.blocks) / seconds,
      txsPerSecond: (this.#txs - first.txs) / seconds,
    };
  }
}
