/**
 * A view of the keys of a store that begin with a prefix, with the prefix taken off.
 * @module
 */
import { concatBytes } from "@enclavenet/common";
import { type KVPair, type KVStore, requireKey } from "./kv-store.ts";

/** The first key after all keys that begin with `prefix`; undefined when there is none. */
export function prefixEnd(prefix: Uint8Array): Uint8Array | undefined {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length--;
  if (length === 0) return undefined;
  const end = prefix.slice(0, length);
  end[length - 1] = (end[length - 1] as number) + 1;
  return end;
}

function* cut(pairs: IterableIterator<KVPair>, length: number): IterableIterator<KVPair> {
  for (const [key, value] of pairs) yield [key.slice(length), value];
}

/** The part of `parent` under `prefix`. */
export class PrefixStore implements KVStore {
  private readonly parent: KVStore;
  private readonly prefix: Uint8Array;

  constructor(parent: KVStore, prefix: Uint8Array) {
    this.parent = parent;
    this.prefix = prefix;
  }

  private full(key: Uint8Array): Uint8Array {
    requireKey(key);
    return concatBytes(this.prefix, key);
  }

  private bounds(start: Uint8Array | undefined, end: Uint8Array | undefined) {
    const from = start === undefined ? this.prefix : concatBytes(this.prefix, start);
    const to = end === undefined ? prefixEnd(this.prefix) : concatBytes(this.prefix, end);
    return { from, to };
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.parent.get(this.full(key));
  }

  has(key: Uint8Array): boolean {
    return this.parent.has(this.full(key));
  }

  set(key: Uint8Array, value: Uint8Array): void {
    this.parent.set(this.full(key), value);
  }

  delete(key: Uint8Array): void {
    this.parent.delete(this.full(key));
  }

  iterator(start?: Uint8Array, end?: Uint8Array): IterableIterator<KVPair> {
    const { from, to } = this.bounds(start, end);
    return cut(this.parent.iterator(from, to), this.prefix.length);
  }

  reverseIterator(start?: Uint8Array, end?: Uint8Array): IterableIterator<KVPair> {
    const { from, to } = this.bounds(start, end);
    return cut(this.parent.reverseIterator(from, to), this.prefix.length);
  }
}
