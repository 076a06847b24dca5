/**
 * What the stores need from a database: point reads, ordered scans, atomic durable writes, all synchronous.
 * @module
 */
import { LocalError } from "@enclavenet/common";

/** One atomic change. A key is in at most one of the lists. */
export interface WriteBatch {
  readonly puts: readonly { readonly key: Uint8Array; readonly value: Uint8Array }[];
  readonly deletes: readonly Uint8Array[];
}

/** Reading an ordered key-value database. Keys are not empty and may have any length. */
export interface BackendReader {
  get(key: Uint8Array): Uint8Array | undefined;
  /**
   * The pairs of [start, end) in order, or in reverse order; an absent bound is open. Of a backend, a write during the
   * scan may or may not be seen, but keys stay in order and none comes twice.
   */
  range(
    start: Uint8Array | undefined,
    end: Uint8Array | undefined,
    reverse: boolean,
  ): Iterable<readonly [Uint8Array, Uint8Array]>;
}

/** The database as it was at one moment. Keeps the space of what was deleted since until it is closed. */
export interface ReadSnapshot extends BackendReader {
  close(): void;
}

/** An ordered key-value database. */
export interface Backend extends BackendReader {
  /** Applies all of the batch or nothing; durable when it returns. */
  write(batch: WriteBatch): void;
  /** The database as it is now. Closing the backend closes its snapshots. */
  snapshot(): ReadSnapshot;
  close(): void;
}

/** The error of using a closed database. */
export function closedBackend(): LocalError {
  return new LocalError("BACKEND_CLOSED", "the database is closed");
}
