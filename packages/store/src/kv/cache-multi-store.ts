/**
 * A branch of a multistore: one cache per store that is used.
 * @module
 */
import { CacheKV } from "./cache-kv.ts";
import type { CacheMultiStore, KVStore, MultiStore } from "./kv-store.ts";

/** Branches of the stores of `parent`, made on first use. */
export class BranchedMultiStore implements CacheMultiStore {
  private readonly parent: MultiStore;
  private readonly stores = new Map<string, CacheKV>();

  constructor(parent: MultiStore) {
    this.parent = parent;
  }

  kvStore(name: string): KVStore {
    let store = this.stores.get(name);
    if (store === undefined) {
      store = new CacheKV(this.parent.kvStore(name));
      this.stores.set(name, store);
    }
    return store;
  }

  cacheMultiStore(): CacheMultiStore {
    return new BranchedMultiStore(this);
  }

  /** The stores do not depend on each other, so the order among them does not matter. */
  write(): void {
    for (const store of this.stores.values()) store.write();
  }
}
