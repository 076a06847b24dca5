/**
 * A bound on the memory of one answer: pages hold up to a hundred transactions or blocks, and each may be megabytes.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import type { TxRecord } from "@enclavenet/consensus";

/** Bytes that an answer may hold before they become JSON, which is several times as long. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * The items, loaded one by one until they are too much. The first is always within the budget, so that everything can be
 * read. Throws LocalError `ANSWER_TOO_LARGE`.
 */
export function withinBudget<T>(items: Iterable<T>, sizeOf: (item: T) => number, maxBytes = MAX_BYTES): T[] {
  const out: T[] = [];
  let bytes = 0;
  for (const item of items) {
    bytes += sizeOf(item);
    if (bytes > maxBytes && out.length > 0) {
      throw new LocalError(
        "ANSWER_TOO_LARGE",
        `the answer would hold more than ${maxBytes} bytes: ask for fewer at once`,
      );
    }
    out.push(item);
  }
  return out;
}

/** Bytes of a transaction and of its result, roughly. */
export function recordSize({ tx, result }: TxRecord): number {
  const events = result.events.flatMap(({ attributes }) => attributes);
  return tx.length + result.data.length + events.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
}
