/**
 * A store over a store: changes stay here until {@link CacheKV.write} hands them down in one ascending pass, sets and
 * deletes interleaved. The order decides the shape of the tree below and so the AppHash (spec 05 §4.2).
 * @module
 */
import { byteName } from "@enclavenet/common";
import { type KVPair, type KVStore, requireKey, requireValue } from "./kv-store.ts";
import { mergePairs } from "./merge-iterator.ts";
import { type NamedStore, namedStore } from "./named-store.ts";
import { type Entry, SortedEntries } from "./sorted-entries.ts";

/** Uncommitted changes over `parent`. A cursor sees the changes as of its making. */
export class CacheKV implements NamedStore {
  private readonly parent: NamedStore;
  private readonly changes = new SortedEntries();

  constructor(parent: KVStore) {
    this.parent = namedStore(parent);
  }

  get(key: Uint8Array): Uint8Array | undefined {
    requireKey(key);
    return this.changes.size === 0 ? this.parent.get(key) : this.getNamed(key, byteName(key));
  }

  has(key: Uint8Array): boolean {
    requireKey(key);
    return this.changes.size === 0 ? this.parent.has(key) : this.hasNamed(key, byteName(key));
  }

  getNamed(key: Uint8Array, name: string): Uint8Array | undefined {
    const change = this.changes.find(name);
    return change === undefined ? this.parent.getNamed(key, name) : change.value;
  }

  hasNamed(key: Uint8Array, name: string): boolean {
    const change = this.changes.find(name);
    return change === undefined ? this.parent.hasNamed(key, name) : change.value !== undefined;
  }

  apply(entry: Entry): void {
    this.changes.put(entry);
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
    if (this.changes.size === 0) return;
    for (const entry of this.changes.ordered()) this.parent.apply(entry);
    this.changes.clear();
  }
}
