/**
 * The real multistore over memory.
 * @module
 */
import { STORE_NAMES } from "@enclavenet/chain";
import { MemoryBackend, RootMultiStore } from "@enclavenet/store";

/** An empty multistore with every store of the chain. */
export function memoryStore(backend = new MemoryBackend()): RootMultiStore {
  return RootMultiStore.open({ backend, storeNames: STORE_NAMES });
}
