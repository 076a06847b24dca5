/**
 * An ordered map of byte strings whose snapshots are free: entries lie in chunks that a snapshot shares and a later
 * change copies. The order is built only when someone asks for it, so that plain writes cost one Map operation.
 * @module
 */
import { byteName } from "@enclavenet/common";

/** One change: an undefined value marks a deleted key. */
export interface Entry {
  readonly name: string;
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

type Chunk = readonly Entry[];

const CHUNK_MAX = 512;

function inOrder(entries: ReadonlyMap<string, Entry>): Entry[] {
  const all = Array.from(entries.values());
  return all.length < 2 ? all : all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Index of the first entry of `chunk` whose name is not below `name`. */
function lowerBound(chunk: Chunk, name: string): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((chunk[middle] as Entry).name < name) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the last chunk that begins at or below `name`; 0 when none does. */
function chunkOf(chunks: readonly Chunk[], name: string): number {
  let low = 0;
  let high = chunks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (((chunks[middle] as Chunk)[0] as Entry).name <= name) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** Entries that no longer change. */
export class EntriesView {
  private readonly chunks: readonly Chunk[];

  constructor(chunks: readonly Chunk[]) {
    this.chunks = chunks;
  }

  get(key: Uint8Array): Entry | undefined {
    const name = byteName(key);
    const chunk = this.chunks[chunkOf(this.chunks, name)] ?? [];
    const entry = chunk[lowerBound(chunk, name)];
    return entry?.name === name ? entry : undefined;
  }

  /** The entries of [start, end). */
  range(start: Uint8Array | undefined, end: Uint8Array | undefined, reverse: boolean): IterableIterator<Entry> {
    const from = start === undefined ? "" : byteName(start);
    const to = end === undefined ? undefined : byteName(end);
    return reverse ? descend(this.chunks, from, to) : ascend(this.chunks, from, to);
  }
}

/** Entries by key, with ordered snapshots. */
export class SortedEntries {
  private readonly entries = new Map<string, Entry>();
  /** PERF: made when the first chunks are; most collections are filled, written once and thrown away. */
  private unsorted: Set<string> | undefined;
  private chunks: Chunk[] = [];

  get size(): number {
    return this.entries.size;
  }

  get(key: Uint8Array): Entry | undefined {
    return this.entries.size === 0 ? undefined : this.entries.get(byteName(key));
  }

  /** The entry of the key that {@link byteName} calls `name`. */
  find(name: string): Entry | undefined {
    return this.entries.get(name);
  }

  set(key: Uint8Array, value: Uint8Array | undefined): void {
    this.put({ name: byteName(key), key, value });
  }

  /** The same with an entry that another collection may hold, too: entries do not change. */
  put(entry: Entry): void {
    this.entries.set(entry.name, entry);
    this.note(entry.name);
  }

  /** Takes an entry out, unlike a change to undefined, which marks it. */
  remove(key: Uint8Array): void {
    const name = byteName(key);
    if (this.entries.delete(name)) this.note(name);
  }

  clear(): void {
    this.entries.clear();
    this.unsorted = undefined;
    this.chunks = [];
  }

  /** The same as {@link sorted} for one pass. PERF: makes no chunks for snapshots when there are none yet. */
  ordered(): Iterable<Entry> {
    return this.chunks.length === 0 ? inOrder(this.entries) : this.sorted();
  }

  /** All entries in ascending order, as of now. */
  sorted(): IterableIterator<Entry> {
    return this.range(undefined, undefined, false);
  }

  /** The entries of [start, end) as of now; later changes do not show. */
  range(start: Uint8Array | undefined, end: Uint8Array | undefined, reverse: boolean): IterableIterator<Entry> {
    return this.view().range(start, end, reverse);
  }

  /** All entries as of now; later changes do not show. */
  view(): EntriesView {
    this.sort();
    return new EntriesView(this.chunks);
  }

  /** PERF: as long as nobody has asked for the order, there are no chunks, and everything is unsorted. */
  private note(name: string): void {
    if (this.chunks.length > 0) this.unsorted?.add(name);
  }

  private sort(): void {
    const unsorted = this.unsorted;
    if (unsorted === undefined || this.chunks.length === 0 || unsorted.size * 8 > this.entries.size) this.rebuild();
    else for (const name of unsorted) this.place(name, this.entries.get(name));
    this.unsorted = new Set();
  }

  private rebuild(): void {
    const all = inOrder(this.entries);
    this.chunks = [];
    for (let i = 0; i < all.length; i += CHUNK_MAX / 2) this.chunks.push(all.slice(i, i + CHUNK_MAX / 2));
  }

  /** Puts an entry in its chunk or takes it out. Chunk and list of chunks are new: snapshots keep the old ones. */
  private place(name: string, entry: Entry | undefined): void {
    const at = chunkOf(this.chunks, name);
    const chunk = this.chunks[at] ?? [];
    const index = lowerBound(chunk, name);
    const known = chunk[index]?.name === name ? 1 : 0;
    const changed = chunk.toSpliced(index, known, ...(entry === undefined ? [] : [entry]));
    const half = changed.length >>> 1;
    const parts = changed.length > CHUNK_MAX ? [changed.slice(0, half), changed.slice(half)] : [changed];
    this.chunks = this.chunks.toSpliced(at, 1, ...parts.filter((part) => part.length > 0));
  }
}

function* ascend(chunks: readonly Chunk[], from: string, to: string | undefined): IterableIterator<Entry> {
  for (let at = chunkOf(chunks, from); at < chunks.length; at++) {
    const chunk = chunks[at] as Chunk;
    for (let i = lowerBound(chunk, from); i < chunk.length; i++) {
      const entry = chunk[i] as Entry;
      if (to !== undefined && entry.name >= to) return;
      yield entry;
    }
  }
}

function* descend(chunks: readonly Chunk[], from: string, to: string | undefined): IterableIterator<Entry> {
  for (let at = to === undefined ? chunks.length - 1 : chunkOf(chunks, to); at >= 0; at--) {
    const chunk = chunks[at];
    if (chunk === undefined) return;
    for (let i = (to === undefined ? chunk.length : lowerBound(chunk, to)) - 1; i >= 0; i--) {
      const entry = chunk[i] as Entry;
      if (entry.name < from) return;
      yield entry;
    }
  }
}
