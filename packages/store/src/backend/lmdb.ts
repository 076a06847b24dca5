/**
 * The database on disk: LMDB through lmdb-js, every call synchronous. A write is one LMDB transaction that is synced
 * before the call returns; lmdb-js's overlapping sync, which returns earlier, is off.
 * @module
 */
import { compareBytes, concatBytes } from "@enclavenet/common";
import { open, type RootDatabase } from "lmdb";
import { type Backend, closedBackend, type WriteBatch } from "./backend.ts";
import { changeRests, DIRECT_LIMIT, decodeRests, encodeRests, isShared, recordKey } from "./long-keys.ts";

/** Where and how the database lies. */
export interface LmdbOptions {
  /** A folder; it is made when missing. */
  readonly path: string;
  /** First size of the memory map in bytes; it grows by itself. */
  readonly mapSize?: number;
  /** Refuse writes; several processes may read. */
  readonly readOnly?: boolean;
}

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

/** LMDB in one folder. */
export class LmdbBackend implements Backend {
  private readonly database: RootDatabase<Buffer, Uint8Array>;
  private closed = false;

  constructor(options: LmdbOptions) {
    this.database = open<Buffer, Uint8Array>({
      path: options.path,
      noSubdir: false,
      keyEncoding: "binary",
      encoding: "binary",
      overlappingSync: false,
      cache: false,
      ...(options.mapSize === undefined ? {} : { mapSize: options.mapSize }),
      ...(options.readOnly === undefined ? {} : { readOnly: options.readOnly }),
    });
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const record = this.read(recordKey(key));
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

  write(batch: WriteBatch): void {
    if (this.closed) throw closedBackend();
    this.database.transactionSync(() => {
      for (const key of batch.deletes) this.change(key, undefined);
      for (const { key, value } of batch.puts) this.change(key, value);
    });
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    // Nothing asynchronous is ever started here, so the database is closed when the call returns.
    void this.database.close();
  }

  private read(key: Uint8Array): Uint8Array | undefined {
    if (this.closed) throw closedBackend();
    const bytes = this.database.getBinaryFast(key);
    return bytes === undefined ? undefined : copy(bytes);
  }

  private change(key: Uint8Array, value: Uint8Array | undefined): void {
    const at = recordKey(key);
    let content = value;
    if (isShared(key)) {
      const record = this.read(at);
      const rests = record === undefined ? [] : decodeRests(record);
      const changed = changeRests(rests, key.subarray(DIRECT_LIMIT), value);
      content = changed.length === 0 ? undefined : encodeRests(changed);
    }
    if (content === undefined) this.database.removeSync(at);
    else this.database.putSync(at, content as Buffer);
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
    if (this.closed) throw closedBackend();
    if (to?.length === 0) return [];
    const lower = from === undefined ? {} : { [reverse ? "end" : "start"]: from };
    const upper = to === undefined ? {} : { [reverse ? "start" : "end"]: to };
    const bounds = reverse ? { exclusiveStart: to !== undefined, inclusiveEnd: true } : {};
    const rows = this.database.getRange({ ...lower, ...upper, ...bounds, reverse, limit });
    return Array.from(rows, ({ key, value }) => [copy(key as Buffer), copy(value)] as const);
  }
}
