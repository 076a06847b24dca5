/**
 * Reading an LMDB database: of its latest state, or of the state that a read transaction holds.
 * @module
 */
import { compareBytes, concatBytes } from "@enclavenet/common";
import type { RootDatabase, Transaction } from "lmdb";
import { type BackendReader, closedBackend } from "./backend.ts";
import { DIRECT_LIMIT, decodeRests, isShared, recordKey } from "./long-keys.ts";

/** The database as lmdb-js opens it for this package: keys and values are bytes. */
export type BytesDatabase = RootDatabase<Buffer, Uint8Array>;

type Pair = readonly [key: Uint8Array, value: Uint8Array];

const FIRST_PAGE = 16;
const LAST_PAGE = 256;
const ZERO = Uint8Array.of(0);

/** A copy as a plain Uint8Array: lmdb-js hands out views of memory that it reuses, longer than their `length` says. */
function copy(bytes: Buffer): Uint8Array {
  const out = new Uint8Array(bytes.length);
  out.set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  return out;
}

/** Reads until it is closed. */
export class LmdbReader implements BackendReader {
  private readonly database: BytesDatabase;
  private readonly transaction: Transaction | undefined;
  private closed = false;

  /** Without a transaction, every read sees the latest state. */
  constructor(database: BytesDatabase, transaction?: Transaction) {
    this.database = database;
    this.transaction = transaction;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const record = this.record(recordKey(key));
    if (record === undefined || !isShared(key)) return record;
    const rest = key.subarray(DIRECT_LIMIT);
    return decodeRests(record).find((entry) => compareBytes(entry.rest, rest) === 0)?.value;
  }

  *range(
    start: Uint8Array | undefined,
    end: Uint8Array | undefined,
    reverse: boolean,
  ): IterableIterator<readonly [Uint8Array, Uint8Array]> {
    for (const [key, value] of this.records(start, end, reverse)) {
      if (!isShared(key)) {
        yield [key, value];
        continue;
      }
      const rests = decodeRests(value);
      for (const entry of reverse ? rests.reverse() : rests) {
        const full = concatBytes(key, entry.rest);
        if (start !== undefined && compareBytes(full, start) < 0) continue;
        if (end !== undefined && compareBytes(full, end) >= 0) continue;
        yield [full, entry.value];
      }
    }
  }

  /** The record under a key as LMDB has it. */
  record(key: Uint8Array): Uint8Array | undefined {
    this.requireOpen();
    // PERF: without a transaction, the variant that leaves the copying to us.
    const bytes =
      this.transaction === undefined
        ? this.database.getBinaryFast(key)
        : this.database.get(key, { transaction: this.transaction });
    return bytes === undefined ? undefined : copy(bytes);
  }

  /** Every later read fails. False when it was closed already. */
  close(): boolean {
    const wasOpen = !this.closed;
    this.closed = true;
    return wasOpen;
  }

  /** Throws `BACKEND_CLOSED`. */
  requireOpen(): void {
    if (this.closed) throw closedBackend();
  }

  /**
   * The records from the one of `start` to the one of `end`, read in pages. An LMDB cursor that stays open would keep
   * old pages alive, and nobody promises to finish a scan.
   */
  private *records(start: Uint8Array | undefined, end: Uint8Array | undefined, reverse: boolean): Iterable<Pair> {
    let from = start === undefined || start.length === 0 ? undefined : recordKey(start);
    let to = end !== undefined && isShared(end) ? concatBytes(recordKey(end), ZERO) : end;
    for (let limit = FIRST_PAGE; ; limit = Math.min(limit * 4, LAST_PAGE)) {
      const page = this.page(from, to, reverse, limit);
      yield* page;
      const last = page[limit - 1];
      if (last === undefined) return;
      if (reverse) to = last[0];
      else from = concatBytes(last[0], ZERO);
    }
  }

  private page(from: Uint8Array | undefined, to: Uint8Array | undefined, reverse: boolean, limit: number): Pair[] {
    this.requireOpen();
    if (to?.length === 0) return [];
    const lower = from === undefined ? {} : { [reverse ? "end" : "start"]: from };
    const upper = to === undefined ? {} : { [reverse ? "start" : "end"]: to };
    const bounds = reverse ? { exclusiveStart: to !== undefined, inclusiveEnd: true } : {};
    const moment = this.transaction === undefined ? {} : { transaction: this.transaction };
    const rows = this.database.getRange({ ...lower, ...upper, ...bounds, ...moment, reverse, limit });
    return Array.from(rows, ({ key, value }) => [copy(key as Buffer), copy(value)] as const);
  }
}
