/**
 * The database on disk: LMDB through lmdb-js, every call synchronous. A write is one LMDB transaction that is synced
 * before the call returns; lmdb-js's overlapping sync, which returns earlier, is off.
 * @module
 */
import { open, type Transaction } from "lmdb";
import type { Backend, ReadSnapshot, WriteBatch } from "./backend.ts";
import { openPrepared, writing } from "./lmdb-files.ts";
import { type BytesDatabase, LmdbReader } from "./lmdb-reader.ts";
import { changeRests, DIRECT_LIMIT, decodeRests, encodeRests, isShared, recordKey } from "./long-keys.ts";

/** Where and how the database lies. */
export interface LmdbOptions {
  /** A folder; it is made when missing. */
  readonly path: string;
  /** Refuse writes; several processes may read. */
  readonly readOnly?: boolean;
}

/**
 * First size of the memory map in bytes; it grows by itself, and takes address space only.
 *
 * PERF: lmdb-js keeps every smaller map beside the one that it grew to, and their pages count as resident once more.
 */
const MAP_BYTES = 4 * 2 ** 30;

function openDatabase(options: LmdbOptions): BytesDatabase {
  return open<Buffer, Uint8Array>({
    path: options.path,
    noSubdir: false,
    keyEncoding: "binary",
    encoding: "binary",
    overlappingSync: false,
    cache: false,
    mapSize: MAP_BYTES,
    ...(options.readOnly === undefined ? {} : { readOnly: options.readOnly }),
  });
}

/**
 * LMDB in one folder. What the disk refuses is thrown as LocalError `DISK_FULL`, `DISK_LIMIT`, `DISK_READ_ONLY` or
 * `DISK_FAILED`; the state before stays.
 */
export class LmdbBackend implements Backend {
  private readonly options: LmdbOptions;
  private readonly database: BytesDatabase;
  private readonly reader: LmdbReader;
  private readonly snapshots = new Set<LmdbSnapshot>();

  constructor(options: LmdbOptions) {
    this.options = options;
    this.database =
      options.readOnly === true ? openDatabase(options) : openPrepared(options.path, () => openDatabase(options));
    this.reader = new LmdbReader(this.database);
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.reader.get(key);
  }

  range(start: Uint8Array | undefined, end: Uint8Array | undefined, reverse: boolean) {
    return this.reader.range(start, end, reverse);
  }

  write(batch: WriteBatch): void {
    this.reader.requireOpen();
    writing(this.options.path, () =>
      this.database.transactionSync(() => {
        for (const key of batch.deletes) this.change(key, undefined);
        for (const { key, value } of batch.puts) this.change(key, value);
      }),
    );
  }

  snapshot(): ReadSnapshot {
    this.reader.requireOpen();
    // The transaction that lmdb-js keeps for reads may be older than the last write of another thread.
    this.database.resetReadTxn();
    const snapshot = new LmdbSnapshot(this.database, this.database.useReadTransaction(), (closed) =>
      this.snapshots.delete(closed),
    );
    this.snapshots.add(snapshot);
    return snapshot;
  }

  close(): void {
    if (!this.reader.close()) return;
    for (const snapshot of this.snapshots) snapshot.close();
    // Nothing asynchronous is ever started here, so the database is closed when the call returns.
    void this.database.close();
  }

  private change(key: Uint8Array, value: Uint8Array | undefined): void {
    const at = recordKey(key);
    let content = value;
    if (isShared(key)) {
      const record = this.reader.record(at);
      const rests = record === undefined ? [] : decodeRests(record);
      const changed = changeRests(rests, key.subarray(DIRECT_LIMIT), value);
      content = changed.length === 0 ? undefined : encodeRests(changed);
    }
    if (content === undefined) this.database.removeSync(at);
    else this.database.putSync(at, content as Buffer);
  }
}

/** One read transaction, held open. */
class LmdbSnapshot implements ReadSnapshot {
  private readonly transaction: Transaction;
  private readonly reader: LmdbReader;
  private readonly onClose: (snapshot: LmdbSnapshot) => void;

  constructor(database: BytesDatabase, transaction: Transaction, onClose: (snapshot: LmdbSnapshot) => void) {
    this.transaction = transaction;
    this.reader = new LmdbReader(database, transaction);
    this.onClose = onClose;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.reader.get(key);
  }

  range(start: Uint8Array | undefined, end: Uint8Array | undefined, reverse: boolean) {
    return this.reader.range(start, end, reverse);
  }

  close(): void {
    if (!this.reader.close()) return;
    this.transaction.done();
    this.onClose(this);
  }
}
