/**
 * `tx_search`: transactions whose events satisfy a query, in chain order (spec 04 §5.4).
 * @module
 */
import { fromHex } from "@enclavenet/common";
import type { TxPosition, TxRecord } from "../base/chain-types.ts";
import type { Condition, Query } from "../query/parse-query.ts";
import type { EngineDatabase } from "../storage/database.ts";
import { positionKey } from "../storage/keys.ts";
import { heightBounds, heightMatches, matchEvents, Scan, type SearchLimits, splitHeightConditions } from "./search.ts";

/** What a search reads. */
export interface TxSearchModules {
  readonly database: EngineDatabase;
  readonly tx: (hash: Uint8Array) => TxRecord | undefined;
  readonly latestHeight: bigint;
  readonly limits: SearchLimits;
}

const HASH_LENGTH = 32;

/** COMPAT(spec 04 §5.4): one `tx.hash =` decides alone, whatever else is asked. */
function hashCondition(query: Query): string | undefined {
  for (const condition of query.conditions) {
    if (condition.key === "tx.hash" && condition.op === "=") return condition.operand.text;
  }
  return undefined;
}

function byHash(modules: TxSearchModules, text: string): TxPosition[] {
  if (!/^[0-9a-fA-F]{64}$/.test(text)) return [];
  const record = modules.tx(fromHex(text));
  return record === undefined ? [] : [{ hash: record.hash, height: record.height, index: record.index }];
}

async function positionsInHeights(
  modules: TxSearchModules,
  scan: Scan,
  conditions: readonly Condition[],
): Promise<TxPosition[]> {
  const { min, max } = heightBounds(conditions, modules.latestHeight);
  const out: TxPosition[] = [];
  if (min > max) return out;
  for await (const [key, hash] of scan.entries(positionKey(min, 0), positionKey(max + 1n, 0))) {
    const view = new DataView(key.buffer, key.byteOffset, key.length);
    const height = view.getBigUint64(1);
    if (heightMatches(conditions, height))
      out.push({ hash: hash.slice(0, HASH_LENGTH), height, index: view.getUint32(9) });
  }
  return out;
}

async function positionsOfEvents(
  modules: TxSearchModules,
  scan: Scan,
  events: readonly Condition[],
  heights: readonly Condition[],
): Promise<TxPosition[]> {
  const accepts = (height: bigint) => height <= modules.latestHeight && heightMatches(heights, height);
  const out: TxPosition[] = [];
  for (const { height, index } of await matchEvents(scan, "txEvents", events, accepts)) {
    const hash = modules.database.get(positionKey(height, index));
    if (hash !== undefined) out.push({ hash: hash.slice(0, HASH_LENGTH), height, index });
  }
  return out;
}

/** In chain order, each transaction once. */
function ordered(positions: readonly TxPosition[]): TxPosition[] {
  const unique = new Map(positions.map((p) => [`${p.height}/${p.index}`, p]));
  return [...unique.values()].sort((a, b) =>
    a.height === b.height ? a.index - b.index : a.height < b.height ? -1 : 1,
  );
}

/** Positions of the transactions that satisfy `query`. Throws LocalError `SEARCH_TOO_BROAD`. */
export async function searchTxs(modules: TxSearchModules, query: Query): Promise<readonly TxPosition[]> {
  const hash = hashCondition(query);
  if (hash !== undefined) return byHash(modules, hash);
  const scan = new Scan(modules.database, modules.limits);
  const { height, events } = splitHeightConditions(query, "tx.height");
  const found =
    events.length === 0
      ? await positionsInHeights(modules, scan, height)
      : await positionsOfEvents(modules, scan, events, height);
  return ordered(found);
}
