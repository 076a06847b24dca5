/**
 * The committed values of one store at the last version: a point read is one read of the database, a range one scan.
 * @module
 */
import { concatBytes } from "@enclavenet/common";
import type { Backend } from "../backend/backend.ts";
import type { KVPair } from "../kv/kv-store.ts";
import { prefixEnd } from "../kv/prefix-store.ts";
import { latestPrefix } from "./keys.ts";

/** Latest values of store `name`. */
export class LatestValues {
  private readonly backend: Backend;
  private readonly prefix: Uint8Array;

  constructor(name: string, backend: Backend) {
    this.backend = backend;
    this.prefix = latestPrefix(name);
  }

  /** Where the value of `key` lies in the database. */
  locate(key: Uint8Array): Uint8Array {
    return concatBytes(this.prefix, key);
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.backend.get(this.locate(key));
  }

  *range(start: Uint8Array | undefined, end: Uint8Array | undefined, reverse: boolean): IterableIterator<KVPair> {
    const from = start === undefined ? this.prefix : this.locate(start);
    const to = end === undefined ? prefixEnd(this.prefix) : this.locate(end);
    for (const [key, value] of this.backend.range(from, to, reverse)) yield [key.slice(this.prefix.length), value];
  }
}
