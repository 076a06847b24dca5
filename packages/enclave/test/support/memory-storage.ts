/**
 * Sealed storage in memory for tests of everything but sealing itself.
 * @module
 */
import type { SealedStorage } from "../../src/index.ts";

export function memoryStorage(records: Map<string, Uint8Array> = new Map()): SealedStorage {
  return {
    load: (name) => records.get(name),
    save: (name, plaintext) => void records.set(name, plaintext.slice()),
    journal: (name) => ({
      load: () => records.get(name),
      save: (plaintext) => void records.set(name, plaintext.slice()),
    }),
  };
}
