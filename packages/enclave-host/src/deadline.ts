/**
 * The deadline of enclave calls. A thread that is blocked in a call cannot time itself out, so it leaves its starting time
 * in shared memory and the main thread watches it.
 * @module
 */

/** Starting time of the call in progress, in shared memory; 0 when none is. */
export class CallClock {
  readonly buffer: SharedArrayBuffer;
  readonly #startedMs: BigInt64Array;

  /** Pass the buffer of another thread's clock to share it. */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(8)) {
    this.buffer = buffer;
    this.#startedMs = new BigInt64Array(buffer);
  }

  start(): void {
    Atomics.store(this.#startedMs, 0, BigInt(Date.now()));
  }

  stop(): void {
    Atomics.store(this.#startedMs, 0, 0n);
  }

  /** Milliseconds that the call in progress has taken, 0 when none is. */
  elapsedMs(): number {
    const started = Atomics.load(this.#startedMs, 0);
    return started === 0n ? 0 : Math.max(0, Date.now() - Number(started));
  }
}

/** Calls `expired` once when a call takes longer than `deadlineMs`. Returns the function that stops watching. */
export function watchDeadline(clock: CallClock, deadlineMs: number, expired: () => void): () => void {
  const timer = setInterval(
    () => {
      if (clock.elapsedMs() <= deadlineMs) return;
      clearInterval(timer);
      expired();
    },
    Math.min(250, deadlineMs),
  );
  timer.unref();
  return () => clearInterval(timer);
}
