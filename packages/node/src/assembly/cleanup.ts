/**
 * Undo steps of a start: run last in, first out, once, and without waiting for ever.
 * @module
 */
import { LocalError, type Logger } from "@enclavenet/common";

/** After this time the shutdown stops being polite, so that the node is gone within five seconds of a signal. */
const PATIENCE_MS = 2_000;

/** What a start that is ended underway fails with. */
export function nodeIsStopping(): LocalError {
  return new LocalError("NODE_STOPPING", "the node is stopping");
}

/** Collects what a start must undo. */
export class Cleanup {
  readonly #logger: Logger;
  readonly #steps: (() => unknown)[] = [];
  readonly #impatient: (() => void)[] = [];
  #running: Promise<void> | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /**
   * Adds the step that undoes what was just done. A start that goes on while the shutdown runs gets no further than here:
   * the step runs at once and `NODE_STOPPING` is thrown.
   */
  add(step: () => unknown): void {
    if (this.#running === undefined) {
      this.#steps.push(step);
      return;
    }
    void this.#attempt(step);
    throw nodeIsStopping();
  }

  /** Adds what frees the steps when they take too long. */
  addImpatient(step: () => void): void {
    this.#impatient.push(step);
  }

  /** Runs all steps; a second call waits for the first. */
  run(): Promise<void> {
    this.#running ??= this.#runSteps();
    return this.#running;
  }

  async #runSteps(): Promise<void> {
    const timer = setTimeout(() => {
      for (const step of this.#impatient) step();
    }, PATIENCE_MS);
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) await this.#attempt(step);
    clearTimeout(timer);
  }

  async #attempt(step: () => unknown): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#logger.warn("a step of the shutdown failed", {}, error);
    }
  }
}
