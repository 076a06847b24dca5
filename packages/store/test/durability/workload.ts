/**
 * What the killed process and its judge both compute: the changes of a version are a function of its number.
 * @module
 */
import { be64 } from "@enclavenet/common";
import { type Backend, RootMultiStore } from "@enclavenet/store";

/** Where the version stands beside the stores. */
export const EXTRA_KEY: Uint8Array = Uint8Array.of(1);

/** Opens the store of the workload. */
export function openWorkload(backend: Backend): RootMultiStore {
  const pruning = { keepRecent: 3n, interval: 2n };
  return RootMultiStore.open({ backend, storeNames: ["s", "t"], pruning });
}

/** Builds and commits the next version. */
export function commitNext(store: RootMultiStore): bigint {
  const version = store.lastCommit.version + 1n;
  const branch = store.cacheMultiStore();
  for (let i = 0; i < 300; i++) {
    const n = (Number(version) * 7919 + i * 104_729) % 2003;
    const key = Uint8Array.of(1 + (n >> 8), n & 255);
    const target = branch.kvStore(i % 3 === 0 ? "t" : "s");
    if (i % 5 === 0) target.delete(key);
    else target.set(key, be64(version));
  }
  branch.write();
  store.commit([{ key: EXTRA_KEY, value: be64(version) }]);
  return version;
}
