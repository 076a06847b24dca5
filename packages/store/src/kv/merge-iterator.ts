/**
 * Walks a store together with the changes that lie over it.
 * @module
 */
import { compareBytes } from "@enclavenet/common";
import type { KVPair } from "./kv-store.ts";
import type { Entry } from "./sorted-entries.ts";

/** The pairs of `parent` with `changes` applied; both in the same order. */
export function* mergePairs(
  parent: Iterator<KVPair>,
  changes: Iterator<Entry>,
  reverse: boolean,
): IterableIterator<KVPair> {
  try {
    let below = parent.next();
    let above = changes.next();
    while (below.done !== true || above.done !== true) {
      const order = compareHeads(below, above, reverse);
      if (order < 0) {
        yield below.value as KVPair;
        below = parent.next();
        continue;
      }
      const { key, value } = above.value as Entry;
      if (value !== undefined) yield [key, value];
      if (order === 0) below = parent.next();
      above = changes.next();
    }
  } finally {
    parent.return?.();
  }
}

/** Negative: the parent's pair comes first; zero: the change covers it; positive: the change comes first. */
function compareHeads(below: IteratorResult<KVPair>, above: IteratorResult<Entry>, reverse: boolean): number {
  if (below.done === true) return 1;
  if (above.done === true) return -1;
  const order = compareBytes(below.value[0], above.value.key);
  return reverse ? -order : order;
}
