/**
 * Subscriptions to the headers of all sources, so that a new block is looked for at once. They are a hint and no more: without
 * them the sources are looked at every now and then, and what comes of a hint is checked like everything else.
 * @module
 */
import type { Logger } from "@enclavenet/common";
import type { Timers } from "../base/timers.ts";
import type { Heads } from "./source/heads.ts";
import type { SourceEntry, SourcePool } from "./source-pool.ts";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 300_000;
/** A subscription that was open for so long was a good one. */
const GOOD_MS = 60_000;

/** What the subscriptions are made with. */
export interface HeadWatchModules {
  readonly pool: SourcePool;
  readonly timers: Timers;
  readonly logger: Logger;
  /** Called when there is a reason to look at the sources. */
  readonly onNews: () => void;
}

/** The subscription of one source, opened again whenever it ends. */
class Watch {
  readonly #modules: HeadWatchModules;
  readonly #entry: SourceEntry;
  #heads: Heads | undefined;
  #cancel: () => void = () => {};
  #failures = 0;
  #closed = false;

  constructor(modules: HeadWatchModules, entry: SourceEntry) {
    this.#modules = modules;
    this.#entry = entry;
  }

  open(): void {
    const { timers, pool, onNews } = this.#modules;
    const openedMs = timers.now();
    this.#heads = this.#entry.source.openHeads?.(
      {
        onHeight: (height) => {
          if (pool.hint(this.#entry, height)) onNews();
        },
        onEnd: (reason) => this.#again(reason, timers.now() - openedMs),
      },
      timers,
    );
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#heads?.close();
  }

  #again(reason: string, openMs: number): void {
    if (this.#closed) return;
    const { timers, logger } = this.#modules;
    if (openMs >= GOOD_MS) this.#failures = 0;
    const ms = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures++);
    logger.debug("a subscription ended", { url: this.#entry.source.url, reason });
    this.#cancel = timers.set(ms, () => this.open());
  }
}

/** All subscriptions of one engine. */
export class HeadWatch {
  readonly #watches: readonly Watch[];

  constructor(modules: HeadWatchModules) {
    this.#watches = modules.pool.entries.map((entry) => new Watch(modules, entry));
  }

  open(): void {
    for (const watch of this.#watches) watch.open();
  }

  close(): void {
    for (const watch of this.#watches) watch.close();
  }
}
