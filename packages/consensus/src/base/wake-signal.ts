/**
 * One waiter, woken by a call or by time: the heart of the production loop.
 * @module
 */
import type { Timers } from "./timers.ts";

/** Remembers a wake-up that comes while nobody waits, so that none is lost. */
export class WakeSignal {
  readonly #timers: Timers;
  #wake: (() => void) | undefined;
  #pending = false;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Ends the current wait, or the next one at once. */
  wake(): void {
    this.#pending = true;
    this.#wake?.();
  }

  /** Waits for {@link wake}, or for `ms` when given. */
  async wait(ms: number | undefined): Promise<void> {
    if (!this.#pending) {
      await new Promise<void>((resolve) => {
        const cancel = ms === undefined ? () => {} : this.#timers.set(ms, resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#pending = false;
  }
}
