/**
 * The store interfaces that modules are written against. Keys are not empty, values may be; order is byte-wise.
 * Arrays that go in or come out are not copied: neither side changes them afterwards.
 * @module
 */
import { LocalError } from "@enclavenet/common";

/** A key with its value. */
export type KVPair = readonly [key: Uint8Array, value: Uint8Array];

/** An ordered key-value store. */
export interface KVStore {
  get(key: Uint8Array): Uint8Array | undefined;
  has(key: Uint8Array): boolean;
  /** Throws `STORE_KEY_EMPTY`, `STORE_VALUE_MISSING`. An empty value is a value. */
  set(key: Uint8Array, value: Uint8Array): void;
  /** Deleting a missing key is no error. */
  delete(key: Uint8Array): void;
  /** Ascending over [start, end); an absent bound is open. */
  iterator(start?: Uint8Array, end?: Uint8Array): IterableIterator<KVPair>;
  /** Descending over [start, end); an absent bound is open. */
  reverseIterator(start?: Uint8Array, end?: Uint8Array): IterableIterator<KVPair>;
}

/** Stores by name. */
export interface MultiStore {
  /** Throws `STORE_UNKNOWN`. */
  kvStore(name: string): KVStore;
  /** A branch whose changes reach this one only by its `write`. */
  cacheMultiStore(): CacheMultiStore;
}

/** A branch of a multistore. */
export interface CacheMultiStore extends MultiStore {
  /** Applies the changes to the parent: one ascending pass per store, sets and deletes interleaved (spec 05 §4.2). */
  write(): void;
}

/** The error of a store name that is not mounted. */
export function unknownStore(name: string): LocalError {
  return new LocalError("STORE_UNKNOWN", `store ${JSON.stringify(name)} is not mounted`);
}

/** Throws `STORE_VALUE_MISSING`: types do not bind every caller, and a cache would take a missing value for a delete. */
export function requireValue(value: Uint8Array | undefined): void {
  if (value === undefined) throw new LocalError("STORE_VALUE_MISSING", "value is missing");
}

/** Throws `STORE_KEY_EMPTY` for the key that no store accepts. */
export function requireKey(key: Uint8Array): void {
  if (key.length === 0) throw new LocalError("STORE_KEY_EMPTY", "key is empty");
}
