/**
 * `block_search`: heights whose block events satisfy a query, ascending (spec 04 §5.4).
 * @module
 */
import type { Query } from "../query/parse-query.ts";
import type { EngineDatabase } from "../storage/database.ts";
import {
  heightBounds,
  heightMatches,
  matchEvents,
  Scan,
  type SearchLimits,
  searchTooBroad,
  splitHeightConditions,
} from "./search.ts";

/** What a search reads. */
export interface BlockSearchModules {
  readonly database: EngineDatabase;
  readonly earliestHeight: bigint;
  readonly latestHeight: bigint;
  readonly limits: SearchLimits;
}

function heightsInRange(
  modules: BlockSearchModules,
  matches: (height: bigint) => boolean,
  min: bigint,
  max: bigint,
): bigint[] {
  const out: bigint[] = [];
  const first = min > modules.earliestHeight ? min : modules.earliestHeight;
  if (max - first > BigInt(modules.limits.maxVisited)) throw searchTooBroad();
  for (let height = first; height <= max; height++) if (matches(height)) out.push(height);
  return out;
}

/** Heights that satisfy `query`. Throws LocalError `SEARCH_TOO_BROAD`. */
export async function searchBlocks(modules: BlockSearchModules, query: Query): Promise<readonly bigint[]> {
  const { height: conditions, events } = splitHeightConditions(query, "block.height");
  const matches = (height: bigint) => height <= modules.latestHeight && heightMatches(conditions, height);
  if (events.length === 0) {
    const { min, max } = heightBounds(conditions, modules.latestHeight);
    return heightsInRange(modules, matches, min, max);
  }
  const scan = new Scan(modules.database, modules.limits);
  const found = await matchEvents(scan, "blockEvents", events, matches);
  const heights = [...new Set(found.map((position) => position.height))];
  return heights.filter((h) => h >= modules.earliestHeight).sort((a, b) => (a < b ? -1 : 1));
}
