/**
 * One persistent store at the version that is being built: the tree that gives the hash, the latest values in the
 * database for reads, and over them the changes that are not committed yet.
 * @module
 */
import { byteName } from "@enclavenet/common";
import type { Backend } from "../backend/backend.ts";
import { MutableTree, type SavedTree } from "../iavl/mutable-tree.ts";
import type { NodeRef } from "../iavl/node.ts";
import type { NodeSource } from "../iavl/node-source.ts";
import { type KVPair, requireKey, requireValue } from "../kv/kv-store.ts";
import { mergePairs } from "../kv/merge-iterator.ts";
import type { NamedStore } from "../kv/named-store.ts";
import { type Entry, SortedEntries } from "../kv/sorted-entries.ts";
import { LatestValues } from "./latest-values.ts";

/** A store of the multistore. Every change goes to the tree at once, in the order of the calls. */
export class MountedStore implements NamedStore {
  readonly source: NodeSource;
  readonly latest: LatestValues;
  private readonly tree: MutableTree;
  private readonly changes = new SortedEntries();

  /** Builds `version` on the saved root. */
  constructor(source: NodeSource, backend: Backend, root: NodeRef | undefined, version: number) {
    this.source = source;
    this.latest = new LatestValues(source.name, backend);
    this.tree = new MutableTree(source, root, version);
  }

  get(key: Uint8Array): Uint8Array | undefined {
    requireKey(key);
    return this.getNamed(key, byteName(key));
  }

  has(key: Uint8Array): boolean {
    return this.get(key) !== undefined;
  }

  getNamed(key: Uint8Array, name: string): Uint8Array | undefined {
    const change = this.changes.find(name);
    return change === undefined ? this.latest.getNamed(key, name) : change.value;
  }

  hasNamed(key: Uint8Array, name: string): boolean {
    return this.getNamed(key, name) !== undefined;
  }

  set(key: Uint8Array, value: Uint8Array): void {
    requireKey(key);
    requireValue(value);
    this.apply({ name: byteName(key), key, value });
  }

  delete(key: Uint8Array): void {
    requireKey(key);
    this.apply({ name: byteName(key), key, value: undefined });
  }

  apply(entry: Entry): void {
    const { key, value } = entry;
    if (value === undefined) this.tree.delete(key);
    else this.tree.set(key, value);
    this.changes.put(entry);
  }

  iterator(start?: Uint8Array, end?: Uint8Array): IterableIterator<KVPair> {
    return this.range(start, end, false);
  }

  reverseIterator(start?: Uint8Array, end?: Uint8Array): IterableIterator<KVPair> {
    return this.range(start, end, true);
  }

  /** Root hash with all changes. */
  workingHash(): Uint8Array {
    return this.tree.hash();
  }

  /** The changes since the last version, ascending. */
  pending(): Iterable<Entry> {
    return this.changes.sorted();
  }

  /** Ends the version: the caller writes the result and then calls {@link MountedStore.committed}. */
  save(): SavedTree {
    return this.tree.save();
  }

  /** The changes are in the database now. */
  committed(): void {
    this.latest.committed(this.changes.sorted());
    this.changes.clear();
  }

  private range(start: Uint8Array | undefined, end: Uint8Array | undefined, reverse: boolean) {
    const below = this.latest.range(start, end, reverse);
    return this.changes.size === 0 ? below : mergePairs(below, this.changes.range(start, end, reverse), reverse);
  }
}
