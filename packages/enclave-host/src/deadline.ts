/**
 * The deadline of enclave calls. A thread that is blocked in a call cannot time itself out, so it leaves its starting time
 * in shared memory and the main thread watches it.
 * @module
 */

const SLOTS = { startedMs: 0, ecalls: 1, ocalls: 2 } as const;

/** Starting time of the call in progress (0 when none is) and counts of all crossings, in shared memory. */
export class CallClock {
  readonly buffer: SharedArrayBuffer;
  readonly #slots: BigInt64Array;

  /** Pass the buffer of another thread's clock to share it. */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(8 * Object.keys(SLOTS).length)) {
    this.buffer = buffer;
    this.#slots = new BigInt64Array(buffer);
  }

  start(): void {
    Atomics.add(this.#slots, SLOTS.ecalls, 1n);
    Atomics.store(this.#slots, SLOTS.startedMs, BigInt(Date.now()));
  }

  stop(): void {
    Atomics.store(this.#slots, SLOTS.startedMs, 0n);
  }

  countOcall(): void {
    Atomics.add(this.#slots, SLOTS.ocalls, 1n);
  }

  /** Milliseconds that the call in progress has taken, 0 when none is. */
  elapsedMs(): number {
    const started = Atomics.load(this.#slots, SLOTS.startedMs);
    return started === 0n ? 0 : Math.max(0, Date.now() - Number(started));
  }

  /** Outermost ecalls and ocalls so far. */
  crossings(): { readonly ecalls: bigint; readonly ocalls: bigint } {
    return { ecalls: Atomics.load(this.#slots, SLOTS.ecalls), ocalls: Atomics.load(this.#slots, SLOTS.ocalls) };
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
