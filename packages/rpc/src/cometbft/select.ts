/**
 * Heights, pages and orders, in CometBFT's words (spec 04 §5.2).
 * @module
 */
import type { EngineReader } from "@enclavenet/consensus";
import { rpcError } from "./errors.ts";
import { integerParam, type RawParams, textParam } from "./params.ts";

const DEFAULT_PER_PAGE = 30n;
const MAX_PER_PAGE = 100n;

/** The height asked for, `latest` when none is. */
function heightUpTo(latest: bigint, engine: EngineReader, params: RawParams): bigint {
  const height = integerParam(params, "height");
  if (height === undefined) return latest;
  if (height <= 0n) throw rpcError("internal", `height must be greater than 0, but got ${height}`);
  if (height > latest) {
    throw rpcError(
      "internal",
      `height ${height} must be less than or equal to the current blockchain height ${latest}`,
    );
  }
  const lowest = engine.earliestHeight();
  if (height < lowest) throw rpcError("internal", `height ${height} is not available, lowest height is ${lowest}`);
  return height;
}

/** Height of a block that is kept. */
export function blockHeight(engine: EngineReader, params: RawParams): bigint {
  return heightUpTo(engine.latestHeight(), engine, params);
}

/** Height of a validator set or of parameters, which are known one block ahead. */
export function nextHeight(engine: EngineReader, params: RawParams): bigint {
  return heightUpTo(engine.latestHeight() + 1n, engine, params);
}

export function found<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) throw rpcError("internal", otherwise);
  return value;
}

/** Size of a page within its bounds. */
export function pageSize(params: RawParams, name: string): number {
  const wanted = integerParam(params, name) ?? DEFAULT_PER_PAGE;
  return Number(wanted < 1n ? DEFAULT_PER_PAGE : wanted > MAX_PER_PAGE ? MAX_PER_PAGE : wanted);
}

/** The slice of a result set: 1-based page, bounded size. */
export function paginate<T>(items: readonly T[], params: RawParams): readonly T[] {
  const perPage = pageSize(params, "per_page");
  const pages = Math.max(1, Math.ceil(items.length / perPage));
  const page = integerParam(params, "page") ?? 1n;
  if (page < 1n || page > BigInt(pages)) {
    throw rpcError("internal", `page should be within [1, ${pages}] range, given ${page}`);
  }
  const start = (Number(page) - 1) * perPage;
  return items.slice(start, start + perPage);
}

/** Results in the order asked for, `byDefault` when none is. */
export function inOrder<T>(ascending: readonly T[], params: RawParams, byDefault: "asc" | "desc"): readonly T[] {
  const order = textParam(params, "order_by");
  switch (order === "" ? byDefault : order) {
    case "asc":
      return ascending;
    case "desc":
      return [...ascending].reverse();
    default:
      throw rpcError("internal", "expected order_by to be either `asc` or `desc` or empty");
  }
}
