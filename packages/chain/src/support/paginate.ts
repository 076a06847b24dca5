/**
 * Pages of a store range with the SDK's PageRequest rules: key or offset, default limit 100, total only when asked for
 * or when no limit was given.
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { concatBytes } from "@enclavenet/common";
import type { cosmosBaseQuery } from "@enclavenet/proto";
import { type KVStore, prefixEnd } from "@enclavenet/store";

import { StatusError } from "./status-error.ts";

/** One page: values in order, and the answer's pagination part. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly pagination: MessageInitShape<typeof cosmosBaseQuery.PageResponseSchema>;
}

const DEFAULT_LIMIT = 100n;

interface Bounds {
  readonly start: Uint8Array;
  readonly end: Uint8Array | undefined;
}

function bounds(prefix: Uint8Array, key: Uint8Array, reverse: boolean): Bounds {
  const end = prefixEnd(prefix);
  if (key.length === 0) return { start: prefix, end };
  const at = concatBytes(prefix, key);
  return reverse ? { start: prefix, end: concatBytes(at, Uint8Array.of(0)) } : { start: at, end };
}

/**
 * Reads one page of the keys under `prefix`. `read` gets the key without the prefix; a value of undefined is skipped
 * and not counted.
 */
export function paginate<T>(
  store: KVStore,
  prefix: Uint8Array,
  request: cosmosBaseQuery.PageRequest | undefined,
  read: (key: Uint8Array, value: Uint8Array) => T | undefined,
): Page<T> {
  const { key = new Uint8Array(0), offset = 0n, reverse = false } = request ?? {};
  if (offset > 0n && key.length > 0) {
    throw new StatusError("InvalidArgument", "invalid request, either offset or key is expected, got both");
  }
  const limit = request?.limit ? request.limit : DEFAULT_LIMIT;
  const countTotal = key.length === 0 && (request?.countTotal === true || !request?.limit);
  const { start, end } = bounds(prefix, key, reverse);
  const range = reverse ? store.reverseIterator(start, end) : store.iterator(start, end);

  const items: T[] = [];
  let nextKey: Uint8Array | undefined;
  let seen = 0n;
  for (const [fullKey, value] of range) {
    const item = read(fullKey.slice(prefix.length), value);
    if (item === undefined) continue;
    if (seen >= offset && BigInt(items.length) < limit) items.push(item);
    else if (seen >= offset + limit && nextKey === undefined) nextKey = fullKey.slice(prefix.length);
    seen++;
    if (nextKey !== undefined && !countTotal) break;
  }
  return {
    items,
    pagination: { nextKey: nextKey ?? new Uint8Array(0), total: countTotal ? seen : 0n },
  };
}
