/**
 * Sealed storage in memory for tests of everything but sealing itself.
 * @module
 */
import type { SealedStorage } from "../../src/index.ts";

export interface MemoryStorage extends SealedStorage {
  /** What is sealed; whoever starts an enclave over these again restarts it. */
  readonly records: Map<string, Uint8Array>;
}

export function memoryStorage(records: Map<string, Uint8Array> = new Map()): MemoryStorage {
  return {
    records,
    load: (name) => records.get(name),
    save: (name, plaintext) => void records.set(name, plaintext.slice()),
    journal: (name) => ({
      load: () => records.get(name),
      save: (plaintext) => void records.set(name, plaintext.slice()),
    }),
  };
}
