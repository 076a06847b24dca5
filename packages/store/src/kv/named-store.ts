/**
 * Stores that branches lie on. A key's name is made once and handed down with the key, whatever the number of branches.
 * @module
 */
import type { KVStore } from "./kv-store.ts";
import type { Entry } from "./sorted-entries.ts";

/** A store that takes keys together with their names. */
export interface NamedStore extends KVStore {
  /** Like `get`, for a key that is not empty and that `byteName` calls `name`. */
  getNamed(key: Uint8Array, name: string): Uint8Array | undefined;
  /** Like `has`. */
  hasNamed(key: Uint8Array, name: string): boolean;
  /** Like `set`, or `delete` where the value is undefined. */
  apply(entry: Entry): void;
}

/** `store`, or a view of it that leaves out the names. */
export function namedStore(store: KVStore): NamedStore {
  if ("getNamed" in store) return store as NamedStore;
  return {
    get: (key) => store.get(key),
    has: (key) => store.has(key),
    set: (key, value) => store.set(key, value),
    delete: (key) => store.delete(key),
    iterator: (start, end) => store.iterator(start, end),
    reverseIterator: (start, end) => store.reverseIterator(start, end),
    getNamed: (key) => store.get(key),
    hasNamed: (key) => store.has(key),
    apply({ key, value }) {
      if (value === undefined) store.delete(key);
      else store.set(key, value);
    },
  };
}
