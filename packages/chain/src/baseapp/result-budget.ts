/**
 * How much contracts may put into results. Gas pays for running and storing, not for what a result says, and every node
 * holds the results of a block in memory, stores them and answers them to clients. Counting is of sizes alone, so that it
 * is the same on every node.
 * @module
 */

/** Of one transaction: a thousand times what contracts need. */
const MAX_TX_RESULT_BYTES = 8 * 1024 * 1024;

/** Of all transactions of a block, also of those that failed. */
const MAX_BLOCK_RESULT_BYTES = 64 * 1024 * 1024;

/** What is left of it. What a transaction spends, it spends of its block's. */
export class ResultBudget {
  readonly #block: ResultBudget | undefined;
  #left: number;

  private constructor(left: number, block: ResultBudget | undefined) {
    this.#left = left;
    this.#block = block;
  }

  static ofBlock(): ResultBudget {
    return new ResultBudget(MAX_BLOCK_RESULT_BYTES, undefined);
  }

  /** Of the next transaction of this block. */
  ofTransaction(): ResultBudget {
    return new ResultBudget(MAX_TX_RESULT_BYTES, this);
  }

  /** Spends; false when that was more than there was. Nothing comes back when a part of a transaction is undone. */
  spend(bytes: number): boolean {
    this.#left -= bytes;
    const isLeft = this.#block?.spend(bytes) ?? true;
    return isLeft && this.#left >= 0;
  }
}
