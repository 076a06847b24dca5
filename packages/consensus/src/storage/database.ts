/**
 * The ordered key-value store under the engine: point reads, ordered scans, atomic durable writes.
 * @module
 */

/** One change; an undefined value deletes. */
export interface WriteOp {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** A key with its value. */
export type Entry = readonly [key: Uint8Array, value: Uint8Array];

/** What the engine needs from its database. */
export interface EngineDatabase {
  /** A copy that the caller may keep. */
  get(key: Uint8Array): Uint8Array | undefined;
  /** At most `limit` entries with start <= key < end, ascending, as of now; copies. */
  scan(start: Uint8Array, end: Uint8Array, limit: number): Entry[];
  /** Applies all changes or none; resolves only when they are durable. */
  write(ops: readonly WriteOp[]): Promise<void>;
  close(): Promise<void>;
}
