/**
 * Gathers the calls of one turn of the event loop into one message: a message costs more than a small call.
 * @module
 */
import type { ExecutorCall } from "./protocol.ts";

/** Where batches go. */
export interface BatchPort {
  postMessage(batch: readonly ExecutorCall[]): void;
}

/** The main thread's end of a lane. */
export class Outbox {
  readonly #port: BatchPort;
  #calls: ExecutorCall[] = [];

  constructor(port: BatchPort) {
    this.#port = port;
  }

  /** Sends `call` with everything else that this turn brings, in order. */
  send(call: ExecutorCall): void {
    if (this.#calls.length === 0) setImmediate(() => this.#flush());
    this.#calls.push(call);
  }

  #flush(): void {
    const calls = this.#calls;
    this.#calls = [];
    this.#port.postMessage(calls);
  }
}
