/**
 * Notes every operation on a multistore and on its branches, above their caches: what the gas store stands on.
 * @module
 */
import type { CacheMultiStore, KVPair, KVStore, MultiStore, RootMultiStore } from "@enclavenet/store";

/** `step`: a cursor that stands on this pair, or at the end, is made or leaves it. */
export interface StoreOperation {
  readonly store: string;
  readonly kind: "get" | "has" | "set" | "delete" | "step";
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

type Note = (operation: StoreOperation) => void;
const NO_KEY = new Uint8Array(0);

function tracedStore(inner: KVStore, store: string, note: Note): KVStore {
  function* steps(pairs: IterableIterator<KVPair>): Generator<KVPair> {
    const stand = (pair: KVPair | undefined): void =>
      note({ store, kind: "step", key: pair?.[0] ?? NO_KEY, value: pair?.[1] });
    let isFirst = true;
    try {
      for (const pair of pairs) {
        if (isFirst) stand(pair);
        isFirst = false;
        yield pair;
        stand(pair);
      }
      if (isFirst) stand(undefined);
    } finally {
      pairs.return?.();
    }
  }
  return {
    get(key) {
      const value = inner.get(key);
      note({ store, kind: "get", key, value });
      return value;
    },
    has(key) {
      note({ store, kind: "has", key, value: undefined });
      return inner.has(key);
    },
    set(key, value) {
      note({ store, kind: "set", key, value });
      inner.set(key, value);
    },
    delete(key) {
      note({ store, kind: "delete", key, value: undefined });
      inner.delete(key);
    },
    iterator: (start, end) => steps(inner.iterator(start, end)),
    reverseIterator: (start, end) => steps(inner.reverseIterator(start, end)),
  };
}

function tracedBranch(inner: CacheMultiStore, note: Note): CacheMultiStore {
  return { ...tracedStores(inner, note), write: () => inner.write() };
}

function tracedStores(inner: MultiStore, note: Note): MultiStore {
  return {
    kvStore: (name) => tracedStore(inner.kvStore(name), name, note),
    cacheMultiStore: () => tracedBranch(inner.cacheMultiStore(), note),
  };
}

/** `root` with traced stores and branches, now and at other heights; the rest is its own. */
export function traceStores(root: RootMultiStore, note: Note): RootMultiStore {
  const traced = { ...tracedStores(root, note), at: (height: bigint) => tracedStores(root.at(height), note) };
  return new Proxy(root, {
    get(target, name) {
      if (name === "kvStore" || name === "cacheMultiStore" || name === "at") return traced[name];
      const member = Reflect.get(target, name, target) as unknown;
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
