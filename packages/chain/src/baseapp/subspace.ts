/**
 * `/store/<name>/subspace`: all entries of a store whose keys begin alike (spec 04 §5.3).
 * @module
 */
import { cosmosStoreInternalKv, create, encode } from "@enclavenet/proto";
import { type KVStore, prefixEnd } from "@enclavenet/store";
import { ErrInvalidRequest } from "../support/sdk-errors.ts";

/** Entries, and bytes of them, that one answer may hold: the query runs between two transactions. */
const MAX_PAIRS = 10_000;
const MAX_BYTES = 4 * 1024 * 1024;

/** The entries as `Pairs`, in key order. Throws sdk 18 when they are too many. */
export function subspace(store: KVStore, prefix: Uint8Array): Uint8Array {
  const pairs: { key: Uint8Array; value: Uint8Array }[] = [];
  let bytes = 0;
  for (const [key, value] of store.iterator(prefix, prefixEnd(prefix))) {
    bytes += key.length + value.length;
    if (pairs.length === MAX_PAIRS || bytes > MAX_BYTES) {
      throw ErrInvalidRequest.wrap(
        `more than ${MAX_PAIRS} entries or ${MAX_BYTES} bytes; please ask for a longer prefix`,
      );
    }
    pairs.push({ key, value });
  }
  return encode(cosmosStoreInternalKv.PairsSchema, create(cosmosStoreInternalKv.PairsSchema, { pairs }));
}
