/**
 * Pages of lists that the node holds itself. Requests name an offset; keys are for stores only.
 * @module
 */
import type { cosmosBaseQuery } from "@enclavenet/proto";

/** Items of a page when the request does not say, and never more (spec 04 §4.2). */
export const MAX_PAGE = 100n;

/** Bounds for `slice`. */
export function pageBounds(pagination: cosmosBaseQuery.PageRequest | undefined): { start: number; end: number } {
  const { offset = 0n, limit = 0n } = pagination ?? {};
  const size = limit === 0n || limit > MAX_PAGE ? MAX_PAGE : limit;
  return { start: Number(offset), end: Number(offset + size) };
}
