/**
 * The message counter that enters record salts and contract randomness.
 *
 * Spec: 02 §8.3. Counts every call that reaches the engine, also those that fail later.
 * @module
 */

/** A position of the counter. */
export interface CounterValue {
  readonly height: bigint;
  readonly counter: bigint;
}

/** Counts messages within a height. */
export class MessageCounter {
  #height = 0n;
  #counter = 0n;

  /** Start of a block, also of one that is executed again after a crash: what earlier runs counted is forgotten. */
  reset(): void {
    this.#height = 0n;
    this.#counter = 0n;
  }

  /** Value for a contract's randomness; a new height starts at 0 here already. */
  forRandom(height: bigint): bigint {
    if (this.#height !== height) {
      this.#height = height;
      this.#counter = 0n;
    }
    return this.#counter;
  }

  /** The step before every run; its result goes into the salts of this run's records. */
  next(height: bigint): CounterValue {
    if (this.#height !== height) {
      this.#height = height;
      this.#counter = 0n;
    } else {
      this.#counter += 1n;
    }
    return { height: this.#height, counter: this.#counter };
  }
}
