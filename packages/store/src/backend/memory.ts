/**
 * A database in memory, for tests and throw-away networks. Copies what goes in, as a real database does.
 * @module
 */
import { type EntriesView, SortedEntries } from "../kv/sorted-entries.ts";
import { type Backend, closedBackend, type ReadSnapshot, type WriteBatch } from "./backend.ts";

/** Keeps everything in memory; nothing survives the process. */
export class MemoryBackend implements Backend {
  private entries = new SortedEntries();
  private closed = false;

  private open(): SortedEntries {
    if (this.closed) throw closedBackend();
    return this.entries;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.open().get(key)?.value;
  }

  range(start: Uint8Array | undefined, end: Uint8Array | undefined, reverse: boolean) {
    return pairs(this.open().view(), start, end, reverse);
  }

  write(batch: WriteBatch): void {
    const entries = this.open();
    for (const key of batch.deletes) entries.remove(key);
    for (const { key, value } of batch.puts) entries.set(key.slice(), value.slice());
  }

  snapshot(): ReadSnapshot {
    return new MemorySnapshot(this.open().view(), () => this.closed);
  }

  /** Forgets nothing, so that a test can open the same database again with {@link MemoryBackend.reopen}. */
  close(): void {
    this.closed = true;
  }

  /** The same data, open again. */
  reopen(): MemoryBackend {
    const again = new MemoryBackend();
    again.entries = this.entries;
    return again;
  }
}

class MemorySnapshot implements ReadSnapshot {
  private readonly view: EntriesView;
  private readonly backendClosed: () => boolean;
  private closed = false;

  constructor(view: EntriesView, backendClosed: () => boolean) {
    this.view = view;
    this.backendClosed = backendClosed;
  }

  private open(): EntriesView {
    if (this.closed || this.backendClosed()) throw closedBackend();
    return this.view;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.open().get(key)?.value;
  }

  range(start: Uint8Array | undefined, end: Uint8Array | undefined, reverse: boolean) {
    return pairs(this.open(), start, end, reverse);
  }

  close(): void {
    this.closed = true;
  }
}

function* pairs(
  view: EntriesView,
  start: Uint8Array | undefined,
  end: Uint8Array | undefined,
  reverse: boolean,
): IterableIterator<readonly [Uint8Array, Uint8Array]> {
  for (const { key, value } of view.range(start, end, reverse)) {
    if (value !== undefined) yield [key, value];
  }
}
