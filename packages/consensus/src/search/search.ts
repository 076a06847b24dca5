/**
 * Searches over the index. AND means "within one and the same event": candidates are (height, index, event) triples,
 * and each further condition keeps the triples it also holds for. Height conditions are judged on their own and
 * combine freely (spec 04 §5.4).
 *
 * A search runs in slices and lets other work through between them; the number of entries it may visit is bounded.
 * @module
 */
import { bytesToUtf8, LocalError } from "@enclavenet/common";
import { matchesCondition } from "../query/match-query.ts";
import type { Condition, Query } from "../query/parse-query.ts";
import type { EngineDatabase, Entry } from "../storage/database.ts";
import { type EventPosition, eventPrefix, positionOfEventKey, prefixEnd, valueOfEventKey } from "../storage/keys.ts";

/** Entries that one search may visit. */
export const DEFAULT_MAX_VISITED = 1_000_000;

const SLICE = 2048;

/** How a search is bounded. */
export interface SearchLimits {
  readonly maxVisited: number;
}

/** The search would hold up the node. */
export function searchTooBroad(): LocalError {
  return new LocalError("SEARCH_TOO_BROAD", "the search visits too many entries", {
    fix: "add a condition, or bound the height",
  });
}

/** Counts visited entries and yields to the event loop between slices. */
export class Scan {
  readonly #database: EngineDatabase;
  readonly #limits: SearchLimits;
  #visited = 0;

  constructor(database: EngineDatabase, limits: SearchLimits) {
    this.#database = database;
    this.#limits = limits;
  }

  /** All entries with start <= key < end. Throws LocalError `SEARCH_TOO_BROAD`. */
  async *entries(start: Uint8Array, end: Uint8Array): AsyncGenerator<Entry> {
    let from = start;
    for (;;) {
      const slice = this.#database.scan(from, end, SLICE);
      this.#visited += slice.length;
      if (this.#visited > this.#limits.maxVisited) throw searchTooBroad();
      yield* slice;
      const last = slice.at(-1);
      if (last === undefined || slice.length < SLICE) return;
      // The successor of a key is the key with a zero byte behind it.
      from = Uint8Array.of(...last[0], 0);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Conditions on the height apart from those on events. */
export function splitHeightConditions(
  query: Query,
  heightKey: string,
): { readonly height: readonly Condition[]; readonly events: readonly Condition[] } {
  return {
    height: query.conditions.filter((c) => c.key === heightKey),
    events: query.conditions.filter((c) => c.key !== heightKey),
  };
}

/** Whether a height satisfies all height conditions. */
export function heightMatches(conditions: readonly Condition[], height: bigint): boolean {
  return conditions.every((condition) => matchesCondition(condition, height.toString()));
}

/** Heights outside of which no condition can hold, to bound scans that are in height order. */
export function heightBounds(
  conditions: readonly Condition[],
  latest: bigint,
): { readonly min: bigint; readonly max: bigint } {
  let min = 0n;
  let max = latest;
  for (const condition of conditions) {
    if (!("operand" in condition) || condition.operand.kind !== "number") continue;
    const { units, scale } = condition.operand.value;
    const floor = units / 10n ** BigInt(scale);
    if (condition.op !== "<" && condition.op !== "<=" && floor > min) min = floor;
    if (condition.op !== ">" && condition.op !== ">=" && floor < max) max = floor;
  }
  return { min, max };
}

function tripleId(position: EventPosition): string {
  return `${position.height}/${position.index}/${position.event}`;
}

function valueText(entry: Entry, prefix: Uint8Array): string {
  return bytesToUtf8(valueOfEventKey(entry[0], prefix) ?? entry[1]);
}

/** `=` on text or a number is a comparison of text, and a direct look-up. */
function exactValue(condition: Condition): string | undefined {
  if (condition.op !== "=" || condition.operand.kind === "time") return undefined;
  return condition.operand.text;
}

async function* positions(
  scan: Scan,
  table: "txEvents" | "blockEvents",
  condition: Condition,
): AsyncGenerator<EventPosition> {
  const exact = exactValue(condition);
  const prefix = eventPrefix(table, condition.key, exact);
  for await (const entry of scan.entries(prefix, prefixEnd(prefix))) {
    if (exact !== undefined || matchesCondition(condition, valueText(entry, prefix)))
      yield positionOfEventKey(entry[0]);
  }
}

/** Positions of the events for which all of `conditions` hold; at least one condition. */
export async function matchEvents(
  scan: Scan,
  table: "txEvents" | "blockEvents",
  conditions: readonly Condition[],
  accepts: (height: bigint) => boolean,
): Promise<readonly EventPosition[]> {
  let candidates: Map<string, EventPosition> | undefined;
  for (const condition of conditions) {
    const found = new Map<string, EventPosition>();
    for await (const position of positions(scan, table, condition)) {
      const id = tripleId(position);
      const wanted = candidates === undefined ? accepts(position.height) : candidates.has(id);
      if (wanted) found.set(id, position);
    }
    candidates = found;
    if (candidates.size === 0) break;
  }
  return [...(candidates?.values() ?? [])];
}
