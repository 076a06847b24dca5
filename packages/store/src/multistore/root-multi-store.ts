/**
 * The multistore on a database: builds one version at a time and commits it, with everything that belongs to it, in one
 * durable transaction (spec 05 §4.5). Opening reads two records, whatever the size of the state.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import type { Backend } from "../backend/backend.ts";
import { NodeCache } from "../iavl/node-cache.ts";
import { NodeSource } from "../iavl/node-source.ts";
import { EMPTY_HASH } from "../iavl/sha256.ts";
import { BranchedMultiStore } from "../kv/cache-multi-store.ts";
import { type CacheMultiStore, type KVStore, type MultiStore, unknownStore } from "../kv/kv-store.ts";
import { type ProvenValue, proveInStore, proveKey, proveStore } from "../proof/prove.ts";
import { appHashOf } from "./app-hash.ts";
import { type ExtraValue, prepareCommit } from "./commit-batch.ts";
import { HistoricMultiStore, HistoricStore } from "./historic-store.ts";
import { commitKey, extraKey, STATE_KEY } from "./keys.ts";
import { MountedStore } from "./mounted-store.ts";
import { type Pruning, requirePruning } from "./pruning.ts";
import { type CommitRecord, decodeCommit, decodeState, storeRoots } from "./records.ts";
import { sortNames } from "./store-names.ts";

/** A version with its AppHash. */
export interface CommitId {
  /** 0 before the first commit. */
  readonly version: bigint;
  readonly appHash: Uint8Array;
}

/** Proofs of several keys of a store. */
export interface ProvenKeys {
  readonly storeProof: Uint8Array;
  readonly proofs: readonly Uint8Array[];
}

/** How to open a multistore. */
export interface RootMultiStoreOptions {
  /** Belongs to the multistore from now on: `close` closes it. */
  readonly backend: Backend;
  /** Names of all stores. The set decides the AppHash; a store may be added later, but not left out. */
  readonly storeNames: readonly string[];
  /** Default `"nothing"`: every version is kept. */
  readonly pruning?: Pruning;
  /** First version of an empty database. Default 1. */
  readonly initialVersion?: bigint;
  /** Bytes of tree nodes kept in memory, roughly. Default 16 MiB. */
  readonly nodeCacheBytes?: number;
}

/** Versions are numbers inside the trees, doubled in hashes; this leaves more blocks than any chain will have. */
const FIRST_VERSION_MAX = 1n << 51n;

/** About 30 000 nodes: the upper 15 levels of a tree. The levels below come from the database's mapped pages. */
const DEFAULT_CACHE_BYTES = 16 * 1024 * 1024;

/** The persistent multistore. Its own `kvStore`s write into the version that is being built. */
export class RootMultiStore implements MultiStore {
  private readonly backend: Backend;
  private readonly pruning: Pruning;
  private readonly cache: NodeCache;
  private readonly stores = new Map<string, MountedStore>();
  private last: CommitId;
  /** Oldest version that is kept. */
  private first: number;
  private version: number;
  private failed = false;
  /** PERF: every query asks for the same one, that of the last version. */
  private lastRead: { readonly version: number; readonly record: CommitRecord } | undefined;

  private constructor(options: RootMultiStoreOptions) {
    const initial = options.initialVersion ?? 1n;
    if (initial < 1n || initial > FIRST_VERSION_MAX) {
      throw new LocalError("STORE_VERSION_INVALID", `the first version is from 1 to ${FIRST_VERSION_MAX}`);
    }
    this.backend = options.backend;
    this.pruning = options.pruning ?? "nothing";
    requirePruning(this.pruning);
    this.cache = new NodeCache((options.nodeCacheBytes ?? DEFAULT_CACHE_BYTES) / 2);

    const state = this.backend.get(STATE_KEY);
    const { version, first } = state === undefined ? { version: 0, first: Number(initial) } : decodeState(state);
    const commit: CommitRecord =
      state === undefined ? { appHash: EMPTY_HASH, roots: new Map() } : this.commitRecord(version);
    this.last = { version: BigInt(version), appHash: commit.appHash };
    this.first = first;
    this.version = version === 0 ? Number(initial) : version + 1;
    this.mount(options.storeNames, commit);
  }

  /** Opens the database at its last version, or begins an empty one. */
  static open(options: RootMultiStoreOptions): RootMultiStore {
    return new RootMultiStore(options);
  }

  /** The last version, or version 0 with the hash of nothing. */
  get lastCommit(): CommitId {
    return this.last;
  }

  kvStore(name: string): KVStore {
    return this.mounted(name);
  }

  cacheMultiStore(): CacheMultiStore {
    return new BranchedMultiStore(this);
  }

  /** The AppHash that `commit` would give now. */
  workingHash(): Uint8Array {
    this.requireUsable();
    return appHashOf([...this.stores].map(([name, store]) => ({ name, hash: store.workingHash() })));
  }

  /**
   * Ends the version: stores, trees, pruning and `extra` in one durable transaction. When that fails the multistore
   * refuses further work; open it again to go on from the last version.
   */
  commit(extra: readonly ExtraValue[] = []): CommitId {
    this.requireUsable();
    try {
      const prepared = prepareCommit(this.backend, this.stores, this.version, this.first, this.pruning, extra);
      this.backend.write(prepared.batch);
      this.first = prepared.first;
      this.last = { version: BigInt(this.version), appHash: prepared.appHash };
    } catch (cause) {
      this.failed = true;
      throw new LocalError("STORE_COMMIT_FAILED", `version ${this.version} was not committed`, {
        cause,
        fix: "see the cause, then open the store again",
      });
    }
    this.version++;
    for (const store of this.stores.values()) store.committed();
    return this.last;
  }

  /** An extra value of the last commit that had it. */
  extra(key: Uint8Array): Uint8Array | undefined {
    return this.backend.get(extraKey(key));
  }

  /** The stores as they were at `version`, read-only. Throws `STORE_VERSION_UNKNOWN`. */
  at(version: bigint): MultiStore {
    const { roots } = this.knownVersion(version);
    return new HistoricMultiStore((name) => {
      if (!roots.has(name)) return undefined;
      const { source, latest } = this.mounted(name);
      return new HistoricStore(source, roots.get(name), latest, () => this.last.version === version);
    });
  }

  /**
   * The value of a key at `version`, or its absence, with ICS-23 proofs up to that version's AppHash (spec 05 §4.6).
   * Throws `STORE_VERSION_UNKNOWN`, `STORE_UNKNOWN`, and `PROOF_EMPTY_TREE` where nothing can be proven.
   */
  prove(store: string, key: Uint8Array, version: bigint): ProvenValue {
    const { roots } = this.knownVersion(version);
    if (!roots.has(store)) throw unknownStore(store);
    return proveKey(this.source(store), roots.get(store), storeRoots(roots), store, key);
  }

  /**
   * Proofs of many keys of one store at `version`, each up to the store's root, and with `withStore` the one of that root, which is
   * empty otherwise. All are CommitmentProofs. Throws what {@link RootMultiStore.prove} throws.
   */
  proveKeys(store: string, keys: readonly Uint8Array[], version: bigint, withStore: boolean): ProvenKeys {
    const { roots } = this.knownVersion(version);
    if (!roots.has(store)) throw unknownStore(store);
    const source = this.source(store);
    const proofs = keys.map((key) => proveInStore(source, roots.get(store), key).data);
    return { storeProof: withStore ? proveStore(storeRoots(roots), store).data : new Uint8Array(0), proofs };
  }

  /** Closes the database. */
  close(): void {
    this.backend.close();
  }

  private mount(names: readonly string[], commit: CommitRecord): void {
    const sorted = sortNames(names);
    const missing = [...commit.roots.keys()].filter((name) => !sorted.includes(name));
    if (missing.length > 0) {
      throw new LocalError(
        "STORE_SET_MISMATCH",
        `the database has stores that are not mounted: ${missing.join(", ")}`,
        {
          fix: "open it with all its stores; leaving one out would change the AppHash",
        },
      );
    }
    for (const name of sorted) {
      this.stores.set(name, new MountedStore(this.source(name), this.backend, commit.roots.get(name), this.version));
    }
  }

  private mounted(name: string): MountedStore {
    const store = this.stores.get(name);
    if (store === undefined) throw unknownStore(name);
    return store;
  }

  private source(name: string): NodeSource {
    return new NodeSource(name, this.backend, this.cache);
  }

  private knownVersion(version: bigint): CommitRecord {
    if (version < BigInt(this.first) || version > this.last.version) {
      throw new LocalError("STORE_VERSION_UNKNOWN", `version ${version} is not in the store`, {
        fix: `ask for a version from ${this.first} to ${this.last.version}`,
      });
    }
    return this.commitRecord(Number(version));
  }

  private commitRecord(version: number): CommitRecord {
    if (this.lastRead?.version === version) return this.lastRead.record;
    const bytes = this.backend.get(commitKey(version));
    if (bytes === undefined)
      throw new LocalError("STORE_CORRUPT", `the commit record of version ${version} is missing`);
    const record = decodeCommit(bytes);
    this.lastRead = { version, record };
    return record;
  }

  private requireUsable(): void {
    if (this.failed) {
      throw new LocalError("STORE_FAILED", "an earlier commit failed", { fix: "open the store again" });
    }
  }
}
