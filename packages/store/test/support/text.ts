/**
 * Short forms for tests: stores of text keys and values, errors by code.
 * @module
 */
import { fromHex, utf8ToBytes } from "@enclavenet/common";
import { type KVStore, MemoryBackend, RootMultiStore, type RootMultiStoreOptions } from "@enclavenet/store";

/** UTF-8 bytes. */
export const text = utf8ToBytes;

/** Bytes of hexadecimal text. */
export const hex = fromHex;

/** A multistore in memory with one store `s`, unless told otherwise. */
export function memoryStore(options: Partial<RootMultiStoreOptions> = {}): RootMultiStore {
  return RootMultiStore.open({ backend: new MemoryBackend(), storeNames: ["s"], ...options });
}

/** Sets (`key: value`) and deletes (`key: undefined`) in the order they are written. */
export function change(store: KVStore, changes: Readonly<Record<string, string | Uint8Array | undefined>>): void {
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) store.delete(text(key));
    else store.set(text(key), typeof value === "string" ? text(value) : value);
  }
}

/** The code of the error that `call` throws; undefined when it returns. */
export function codeOf(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).name;
  }
  return undefined;
}
