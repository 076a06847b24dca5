/**
 * What one client, and all together, may cost the gRPC servers.
 * @module
 */
import { Code, ConnectError } from "@connectrpc/connect";

/** Longest request message, compressed or not: upstream's default. */
export const MAX_MESSAGE_BYTES = 10 * 1024 * 1024;

/** Longest message of reflection and health, which carry names only. */
export const MAX_NAME_MESSAGE_BYTES = 64 * 1024;

/** Streams that a connection may have open. */
export const MAX_STREAMS = 100;

/** Connections of a server. */
export const MAX_CONNECTIONS = 1_000;

/** Longest list of request headers, by the count of HTTP/2 (names, values, 32 each). */
export const MAX_HEADER_BYTES = 64 * 1024;

/** A request must have arrived within this time, or a slow sender could hold memory for ever. */
const REQUEST_TIMEOUT_MS = 60_000;

/** A connection or a stream of messages on which nothing happens ends after this time. */
const IDLE_TIMEOUT_MS = 5 * 60_000;

/** Time that an idle connection gets to end in order. */
export const GRACE_MS = 10_000;

/** Calls that a server runs at once. */
const MAX_CALLS = 1_000;

/** Bytes of requests that a server holds at once. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;

/** Times that tests shorten. */
export interface Timeouts {
  /** Longest time in which the message of a call must have arrived. */
  readonly requestMs: number;
  readonly idleMs: number;
}

export const TIMEOUTS: Timeouts = { requestMs: REQUEST_TIMEOUT_MS, idleMs: IDLE_TIMEOUT_MS };

/** The share of one call in what a server may hold. */
export interface Lease {
  /** Counts bytes that arrived. Throws ConnectError `ResourceExhausted`. */
  take(bytes: number): void;
  /** May be called more than once. */
  release(): void;
}

/** Calls and bytes that a server holds. */
export class CallBudget {
  readonly #maxCalls: number;
  readonly #maxBytes: number;
  #calls = 0;
  #bytes = 0;

  constructor(maxCalls = MAX_CALLS, maxBytes = MAX_HELD_BYTES) {
    this.#maxCalls = maxCalls;
    this.#maxBytes = maxBytes;
  }

  /** Begins a call; undefined when the server has too many. */
  begin(): Lease | undefined {
    if (this.#calls >= this.#maxCalls) return undefined;
    this.#calls++;
    let held = 0;
    let isOver = false;
    return {
      take: (bytes) => {
        if (isOver) return;
        if (this.#bytes + bytes > this.#maxBytes) {
          throw new ConnectError("the server holds too many requests", Code.ResourceExhausted);
        }
        held += bytes;
        this.#bytes += bytes;
      },
      release: () => {
        if (isOver) return;
        isOver = true;
        this.#calls--;
        this.#bytes -= held;
      },
    };
  }
}
