/**
 * How far a following node is behind its sources, as far as they let it know.
 * @module
 */
import type { SourcePool } from "./source-pool.ts";

/** A node that was up to date counts as behind again from this many blocks on. */
const TOLERATED_LAG = 5n;

export class SyncLag {
  readonly #pool: SourcePool;
  readonly #height: () => bigint;
  /** Highest height that a source was seen to end at; undefined while none answers. */
  #tip: bigint | undefined;
  #reached = false;

  /** `height`: what was executed here. */
  constructor(pool: SourcePool, height: () => bigint) {
    this.#pool = pool;
    this.#height = height;
  }

  /** Blocks that the sources have and this node has not executed. */
  get blocks(): bigint {
    const { claimedHeight } = this.#pool;
    const height = this.#height();
    const end = this.#tip === undefined || claimedHeight > this.#tip ? claimedHeight : this.#tip;
    return end > height ? end - height : 0n;
  }

  get catchingUp(): boolean {
    return !this.#reached || this.blocks > TOLERATED_LAG;
  }

  /** A source ends at `tip`; undefined: none answers, so that this node cannot know whether it is behind. */
  noteTip(tip: bigint | undefined): void {
    this.#tip = tip;
    if (tip === undefined) this.#reached = false;
    else this.noteHeight();
  }

  /** A block was executed. */
  noteHeight(): void {
    const { blocks } = this;
    if (blocks > TOLERATED_LAG) this.#reached = false;
    else if (blocks === 0n && this.#tip !== undefined && this.#height() > 0n) this.#reached = true;
  }
}
