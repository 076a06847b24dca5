/**
 * State of a genesis document as a version of its own, for the proofs that the enclave asks for before the first commit.
 *
 * Genesis is flushed together with the first block (spec 05 §4.2), and the first header is over nothing (05 §2.4.2): what it holds could
 * not be proven in that block. Where a document has contracts, InitChain answers the hash of this version instead, so that the
 * header of the first block proves them. Trees and hashes of all commits are as without.
 * @module
 */
import { MemoryBackend, type MultiStore, RootMultiStore } from "@enclavenet/store";

/** Version of the trees; what the enclave asks for is the state after block 0. */
const TREES_VERSION = 1n;

export type ProveKeys = RootMultiStore["proveKeys"];

/** The state of genesis in trees of their own, in memory. */
export class GenesisTrees {
  readonly #trees: RootMultiStore;

  constructor(state: MultiStore, storeNames: readonly string[]) {
    this.#trees = RootMultiStore.open({ backend: new MemoryBackend(), storeNames });
    for (const name of storeNames) {
      const tree = this.#trees.kvStore(name);
      for (const [key, value] of state.kvStore(name).iterator()) tree.set(key, value);
    }
    this.#trees.commit();
  }

  get appHash(): Uint8Array {
    return this.#trees.lastCommit.appHash;
  }

  /** Proofs of keys of the state before the first block. */
  proveKeys(store: string, keys: readonly Uint8Array[], withStore: boolean): ReturnType<ProveKeys> {
    return this.#trees.proveKeys(store, keys, TREES_VERSION, withStore);
  }
}

/** Proofs out of the committed versions, and of version 0 out of the trees of genesis while they are there. */
export function proverOf(store: RootMultiStore, genesis: () => GenesisTrees | undefined): ProveKeys {
  return (name, keys, version, withStore) =>
    (version === 0n ? genesis()?.proveKeys(name, keys, withStore) : undefined) ??
    store.proveKeys(name, keys, version, withStore);
}
