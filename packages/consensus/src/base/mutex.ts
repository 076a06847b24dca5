/**
 * Runs tasks one after the other, in the order in which they came.
 * @module
 */

/** A queue of one. */
export class Mutex {
  #tail: Promise<unknown> = Promise.resolve();

  /** Runs `task` after all earlier ones ended, however they ended. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(task, task);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything queued so far has ended. */
  async idle(): Promise<void> {
    await this.#tail;
  }
}
