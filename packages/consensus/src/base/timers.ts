/**
 * Waiting, as an interface: production and waiters never touch the event loop's timers directly, so that tests decide
 * when time passes. Monotonic milliseconds; block times come from the Clock, not from here.
 * @module
 */

/** Monotonic time and one-shot timers. */
export interface Timers {
  /** Milliseconds from an arbitrary start; never goes back. */
  now(): number;
  /** Calls back once after `ms`; the returned function cancels. */
  set(ms: number, callback: () => void): () => void;
}

/** setTimeout accepts no more than 2^31 - 1. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** The process's timers. */
export const systemTimers: Timers = {
  now: () => performance.now(),
  set: (ms, callback) => {
    const handle = setTimeout(callback, Math.min(Math.max(ms, 0), MAX_TIMEOUT_MS));
    return () => clearTimeout(handle);
  },
};
