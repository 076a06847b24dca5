/**
 * A sorted map to hold stores against, and random operations.
 * @module
 */
import { compareBytes } from "@enclavenet/common";
import type { KVPair, KVStore } from "@enclavenet/store";
import fc from "fast-check";

/** One operation; an undefined value deletes. */
export type Operation = readonly [key: Uint8Array, value: Uint8Array | undefined];

/** Few short keys, so that operations meet; values may be empty. */
export const key = fc.uint8Array({ minLength: 1, maxLength: 2 }).map((bytes) => bytes.map((byte) => byte % 12));

/** A set, or less often a delete. */
export const operation: fc.Arbitrary<Operation> = fc.tuple(
  key,
  fc.option(fc.uint8Array({ maxLength: 3 }), { nil: undefined, freq: 3 }),
);

/** Bounds of a range, empty ones and reversed ones included. */
export const bounds = fc.tuple(
  fc.option(fc.oneof(key, fc.constant(new Uint8Array(0))), { nil: undefined }),
  fc.option(fc.oneof(key, fc.constant(new Uint8Array(0))), { nil: undefined }),
);

/** An ordered map with the interface of a store. */
export class ModelStore implements KVStore {
  readonly pairs = new Map<string, KVPair>();

  get(key: Uint8Array): Uint8Array | undefined {
    return this.pairs.get(key.join())?.[1];
  }

  has(key: Uint8Array): boolean {
    return this.pairs.has(key.join());
  }

  set(key: Uint8Array, value: Uint8Array): void {
    this.pairs.set(key.join(), [key, value]);
  }

  delete(key: Uint8Array): void {
    this.pairs.delete(key.join());
  }

  iterator(start?: Uint8Array, end?: Uint8Array): IterableIterator<KVPair> {
    return [...this.pairs.values()]
      .filter(([key]) => start === undefined || compareBytes(key, start) >= 0)
      .filter(([key]) => end === undefined || compareBytes(key, end) < 0)
      .sort((a, b) => compareBytes(a[0], b[0]))
      .values();
  }

  reverseIterator(start?: Uint8Array, end?: Uint8Array): IterableIterator<KVPair> {
    return [...this.iterator(start, end)].reverse().values();
  }

  copy(): ModelStore {
    const copy = new ModelStore();
    for (const [name, pair] of this.pairs) copy.pairs.set(name, pair);
    return copy;
  }
}

/** Applies one operation. */
export function apply(store: KVStore, [key, value]: Operation): void {
  if (value === undefined) store.delete(key);
  else store.set(key, value);
}

/** Everything that a store answers about some keys and ranges, as one comparable value. */
export function answers(
  store: KVStore,
  keys: readonly Uint8Array[],
  ranges: readonly (readonly [Uint8Array | undefined, Uint8Array | undefined])[],
): string {
  const show = (pairs: Iterable<KVPair>) => [...pairs].map(([key, value]) => `${key.join()}=${value.join()}`);
  return JSON.stringify([
    keys.map((key) => [store.get(key)?.join() ?? null, store.has(key)]),
    ranges.map(([start, end]) => [show(store.iterator(start, end)), show(store.reverseIterator(start, end))]),
  ]);
}
