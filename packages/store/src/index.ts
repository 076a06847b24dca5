/**
 * IAVL tree, multistore, cache/gas/prefix stores, LMDB and memory backends, ICS-23 proofs.
 * @module
 */
export type { Backend, BackendReader, ReadSnapshot, WriteBatch } from "./backend/backend.ts";
export { LmdbBackend, type LmdbOptions } from "./backend/lmdb.ts";
export { flushDirectory } from "./backend/lmdb-files.ts";
export { MemoryBackend } from "./backend/memory.ts";
export * from "./gas/gas-config.ts";
export { GasKV } from "./gas/gas-kv.ts";
export * from "./gas/gas-meter.ts";
export { CacheKV } from "./kv/cache-kv.ts";
export type { CacheMultiStore, KVPair, KVStore, MultiStore } from "./kv/kv-store.ts";
export { PrefixStore, prefixEnd } from "./kv/prefix-store.ts";
export type { ExtraValue } from "./multistore/commit-batch.ts";
export type { Pruning, PruningPlan } from "./multistore/pruning.ts";
export {
  type CommitId,
  type ProvenKeys,
  RootMultiStore,
  type RootMultiStoreOptions,
} from "./multistore/root-multi-store.ts";
export type { ProofOp, ProvenValue } from "./proof/prove.ts";
