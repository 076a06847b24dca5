/**
 * A store as it was at one version, read-only. While the version is the last one, reads take the latest values;
 * afterwards, and for older versions, they walk the tree.
 * @module
 */
import { byteName, concatBytes, LocalError } from "@enclavenet/common";
import type { NodeRef } from "../iavl/node.ts";
import type { NodeSource } from "../iavl/node-source.ts";
import { treeGet, treeRange } from "../iavl/read-tree.ts";
import { BranchedMultiStore } from "../kv/cache-multi-store.ts";
import {
  type CacheMultiStore,
  type KVPair,
  type KVStore,
  type MultiStore,
  requireKey,
  unknownStore,
} from "../kv/kv-store.ts";
import type { NamedStore } from "../kv/named-store.ts";
import type { LatestValues } from "./latest-values.ts";

const ZERO = Uint8Array.of(0);

function readOnly(): LocalError {
  return new LocalError("STORE_READ_ONLY", "a store of a past version cannot be changed", {
    fix: "write to a cacheMultiStore() of it",
  });
}

/** One store at one version. */
export class HistoricStore implements NamedStore {
  private readonly source: NodeSource;
  private readonly root: NodeRef | undefined;
  private readonly latest: LatestValues;
  private readonly isLast: () => boolean;

  /** `isLast` tells whether the latest values are still those of this version. */
  constructor(source: NodeSource, root: NodeRef | undefined, latest: LatestValues, isLast: () => boolean) {
    this.source = source;
    this.root = root;
    this.latest = latest;
    this.isLast = isLast;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    requireKey(key);
    return this.getNamed(key, byteName(key));
  }

  getNamed(key: Uint8Array, name: string): Uint8Array | undefined {
    return this.isLast() ? this.latest.getNamed(key, name) : treeGet(this.source, this.root, key);
  }

  hasNamed(key: Uint8Array, name: string): boolean {
    return this.getNamed(key, name) !== undefined;
  }

  has(key: Uint8Array): boolean {
    return this.get(key) !== undefined;
  }

  apply(): void {
    throw readOnly();
  }

  set(): void {
    throw readOnly();
  }

  delete(): void {
    throw readOnly();
  }

  iterator(start?: Uint8Array, end?: Uint8Array): IterableIterator<KVPair> {
    return this.range(start, end, false);
  }

  reverseIterator(start?: Uint8Array, end?: Uint8Array): IterableIterator<KVPair> {
    return this.range(start, end, true);
  }

  /** A scan that a commit overtakes goes on in the tree, behind the last pair that it gave. */
  private *range(
    start: Uint8Array | undefined,
    end: Uint8Array | undefined,
    reverse: boolean,
  ): IterableIterator<KVPair> {
    let from = start;
    let to = end;
    const scan = this.latest.range(start, end, reverse);
    while (this.isLast()) {
      const step = scan.next();
      if (step.done === true) return;
      if (reverse) to = step.value[0];
      else from = concatBytes(step.value[0], ZERO);
      yield step.value;
    }
    yield* treeRange(this.source, this.root, from, to, reverse);
  }
}

/** All stores at one version. */
export class HistoricMultiStore implements MultiStore {
  private readonly open: (name: string) => KVStore | undefined;
  private readonly stores = new Map<string, KVStore>();

  constructor(open: (name: string) => KVStore | undefined) {
    this.open = open;
  }

  kvStore(name: string): KVStore {
    const store = this.stores.get(name) ?? this.open(name);
    if (store === undefined) throw unknownStore(name);
    this.stores.set(name, store);
    return store;
  }

  cacheMultiStore(): CacheMultiStore {
    return new BranchedMultiStore(this);
  }
}
