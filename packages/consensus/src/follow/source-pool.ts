/**
 * Several sources of one chain: which is asked next, and how long one that failed is left alone.
 * @module
 */
import type { LocalError, Logger } from "@enclavenet/common";
import type { Timers } from "../base/timers.ts";
import type { BlockSource } from "./source/block-source.ts";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 300_000;

/** Heights in the first request to a source; later ones ask for more as long as the answers come. */
const FIRST_BATCH = 4;
const LARGEST_BATCH = 40;

/** One source with what is known of it. */
export interface SourceEntry {
  readonly source: BlockSource;
  /** Height that it claimed last. */
  height: bigint;
  /** When it was asked, or said so by itself. */
  toldMs: number;
  /** Heights to ask for at once, and the most that it has not failed to give. */
  batch: number;
  largest: number;
  /** Failures since it last gave a good block. */
  failures: number;
  /** Time before which it is not asked. */
  notBeforeMs: number;
}

/** The sources. One that works is kept; one that fails is paused for longer and longer. */
export class SourcePool {
  readonly entries: readonly SourceEntry[];
  readonly #timers: Timers;
  readonly #logger: Logger;
  #current = 0;
  #lastError: LocalError | undefined;

  constructor(sources: readonly BlockSource[], timers: Timers, logger: Logger) {
    this.entries = sources.map((source) => ({
      source,
      height: 0n,
      toldMs: 0,
      batch: FIRST_BATCH,
      largest: LARGEST_BATCH,
      failures: 0,
      notBeforeMs: 0,
    }));
    this.#timers = timers;
    this.#logger = logger;
  }

  /** The source to ask now, or the milliseconds until one may be asked. */
  pick(): SourceEntry | number {
    const now = this.#timers.now();
    for (let i = 0; i < this.entries.length; i++) {
      const index = (this.#current + i) % this.entries.length;
      const entry = this.entries[index] as SourceEntry;
      if (entry.notBeforeMs > now) continue;
      this.#current = index;
      return entry;
    }
    return Math.min(...this.entries.map(({ notBeforeMs }) => notBeforeMs)) - now;
  }

  /** All that may be asked now, the one in use first. */
  usable(): SourceEntry[] {
    const now = this.#timers.now();
    const order = this.entries.map((_, i) => this.entries[(this.#current + i) % this.entries.length] as SourceEntry);
    return order.filter(({ notBeforeMs }) => notBeforeMs <= now);
  }

  /** Goes on to the next source, so that one that stands still does not hold this node up. */
  advance(): void {
    this.#current = (this.#current + 1) % this.entries.length;
  }

  /** The source answered that it has `height`. What it said by itself since it was asked is newer. */
  noteHeight(entry: SourceEntry, height: bigint, askedMs: number): void {
    if (entry.toldMs > askedMs && entry.height > height) return;
    entry.height = height;
    entry.toldMs = askedMs;
  }

  /**
   * The source says by itself that it has `height`: then it is asked next. False when that is nothing new, or when it has not
   * answered yet, or failed since.
   */
  hint(entry: SourceEntry, height: bigint): boolean {
    const now = this.#timers.now();
    if (entry.height === 0n || entry.notBeforeMs > now || height <= entry.height) return false;
    entry.height = height;
    entry.toldMs = now;
    this.#current = this.entries.indexOf(entry);
    return true;
  }

  /** The source failed, or what it gave is refused. */
  fail(entry: SourceEntry, error: LocalError): void {
    entry.notBeforeMs = this.#timers.now() + Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** entry.failures);
    entry.failures++;
    entry.batch = FIRST_BATCH;
    entry.height = 0n;
    this.#lastError = error;
    this.#logger.warn("a source failed", { url: entry.source.url, code: error.code, reason: error.message });
  }

  /** A block of the source was executed. */
  succeed(entry: SourceEntry): void {
    entry.failures = 0;
    this.#lastError = undefined;
  }

  /** A whole batch came. */
  grow(entry: SourceEntry): void {
    entry.batch = Math.min(entry.largest, entry.batch * 2);
  }

  /** Asks for one height, and from then on for less than this time; false when it was one already. */
  shrink(entry: SourceEntry): boolean {
    if (entry.batch === 1) return false;
    entry.largest = Math.floor(entry.batch / 2);
    entry.batch = 1;
    return true;
  }

  get current(): SourceEntry {
    return this.entries[this.#current] as SourceEntry;
  }

  /** Greatest height that a source claims which has not failed since. */
  get claimedHeight(): bigint {
    let greatest = 0n;
    for (const { height } of this.entries) if (height > greatest) greatest = height;
    return greatest;
  }

  /** The last failure, undefined since a block came. */
  get lastError(): LocalError | undefined {
    return this.#lastError;
  }
}
