/**
 * A database in memory, for tests and throw-away networks. Copies what goes in, as a real database does.
 * @module
 */
import { SortedEntries } from "../kv/sorted-entries.ts";
import { type Backend, closedBackend, type WriteBatch } from "./backend.ts";

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
    return pairs(this.open(), start, end, reverse);
  }

  write(batch: WriteBatch): void {
    const entries = this.open();
    for (const key of batch.deletes) entries.remove(key);
    for (const { key, value } of batch.puts) entries.set(key.slice(), value.slice());
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

function* pairs(
  entries: SortedEntries,
  start: Uint8Array | undefined,
  end: Uint8Array | undefined,
  reverse: boolean,
): IterableIterator<readonly [Uint8Array, Uint8Array]> {
  for (const { key, value } of entries.range(start, end, reverse)) {
    if (value !== undefined) yield [key, value];
  }
}
