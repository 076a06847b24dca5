/**
 * The committed values of one store at the last version: a point read is one read of the database, or none where the value is
 * known, a range one scan.
 * @module
 */
import { concatBytes } from "@enclavenet/common";
import type { Backend } from "../backend/backend.ts";
import type { KVPair } from "../kv/kv-store.ts";
import { prefixEnd } from "../kv/prefix-store.ts";
import type { Entry } from "../kv/sorted-entries.ts";
import { latestPrefix } from "./keys.ts";
import { ReadCache } from "./read-cache.ts";

/** Latest values of store `name`. */
export class LatestValues {
  private readonly backend: Backend;
  private readonly prefix: Uint8Array;
  private readonly cache = new ReadCache();

  constructor(name: string, backend: Backend) {
    this.backend = backend;
    this.prefix = latestPrefix(name);
  }

  /** Where the value of `key` lies in the database. */
  locate(key: Uint8Array): Uint8Array {
    return concatBytes(this.prefix, key);
  }

  /** The value of `key`, which `byteName` calls `name`. */
  getNamed(key: Uint8Array, name: string): Uint8Array | undefined {
    const known = this.cache.find(name);
    if (known !== undefined) return known.value;
    const value = this.backend.get(this.locate(key));
    this.cache.remember(name, value);
    return value;
  }

  /** These changes are in the database now. */
  committed(changes: Iterable<Entry>): void {
    for (const { name, value } of changes) this.cache.replace(name, value);
  }

  *range(start: Uint8Array | undefined, end: Uint8Array | undefined, reverse: boolean): IterableIterator<KVPair> {
    const from = start === undefined ? this.prefix : this.locate(start);
    const to = end === undefined ? prefixEnd(this.prefix) : this.locate(end);
    for (const [key, value] of this.backend.range(from, to, reverse)) yield [key.slice(this.prefix.length), value];
  }
}
