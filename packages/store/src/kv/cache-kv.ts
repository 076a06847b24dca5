/**
 * A store over a store: changes stay here until {@link CacheKV.write} hands them down in one ascending pass, sets and
 * deletes interleaved. The order decides the shape of the tree below and so the AppHash (spec 05 §4.2).
 * @module
 */
import { type KVPair, type KVStore, requireKey, requireValue } from "./kv-store.ts";
import { mergePairs } from "./merge-iterator.ts";
import { SortedEntries } from "./sorted-entries.ts";

/** Uncommitted changes over `parent`. A cursor sees the changes as of its making. */
export class CacheKV implements KVStore {
  private readonly parent: KVStore;
  private readonly changes = new SortedEntries();

  constructor(parent: KVStore) {
    this.parent = parent;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    requireKey(key);
    const change = this.changes.get(key);
    return change === undefined ? this.parent.get(key) : change.value;
  }

  has(key: Uint8Array): boolean {
    requireKey(key);
    const change = this.changes.get(key);
    return change === undefined ? this.parent.has(key) : change.value !== undefined;
  }

  set(key: Uint8Array, value: Uint8Array): void {
    requireKey(key);
    requireValue(value);
    this.changes.set(key, value);
  }

  /** Recorded even when the key is missing: the parent decides. */
  delete(key: Uint8Array): void {
    requireKey(key);
    this.changes.set(key, undefined);
  }

  iterator(start?: Uint8Array, end?: Uint8Array): IterableIterator<KVPair> {
    if (this.changes.size === 0) return this.parent.iterator(start, end);
    return mergePairs(this.parent.iterator(start, end), this.changes.range(start, end, false), false);
  }

  reverseIterator(start?: Uint8Array, end?: Uint8Array): IterableIterator<KVPair> {
    if (this.changes.size === 0) return this.parent.reverseIterator(start, end);
    return mergePairs(this.parent.reverseIterator(start, end), this.changes.range(start, end, true), true);
  }

  /** Applies the changes to the parent in ascending order of keys, and forgets them. */
  write(): void {
    for (const { key, value } of this.changes.sorted()) {
      if (value === undefined) this.parent.delete(key);
      else this.parent.set(key, value);
    }
    this.changes.clear();
  }
}
