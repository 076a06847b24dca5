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

/** An ordered key-value database. Keys are not empty and may have any length. */
export interface Backend {
  get(key: Uint8Array): Uint8Array | undefined;
  /**
   * The pairs of [start, end) in order, or in reverse order; an absent bound is open. A write during the scan may or
   * may not be seen, but keys stay in order and none comes twice.
   */
  range(
    start: Uint8Array | undefined,
    end: Uint8Array | undefined,
    reverse: boolean,
  ): Iterable<readonly [Uint8Array, Uint8Array]>;
  /** Applies all of the batch or nothing; durable when it returns. */
  write(batch: WriteBatch): void;
  close(): void;
}

/** The error of using a closed database. */
export function closedBackend(): LocalError {
  return new LocalError("BACKEND_CLOSED", "the database is closed");
}
