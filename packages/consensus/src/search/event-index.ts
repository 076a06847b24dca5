/**
 * Which database entries a block's events make (spec 04 §5.4): attributes marked `index`, under their composite key,
 * with the number of the event they belong to, so that a search can demand one and the same event.
 * @module
 */
import type { Event } from "@enclavenet/abci";
import type { WriteOp } from "../storage/database.ts";
import { eventKey, eventPrefix, isHashedValue } from "../storage/keys.ts";

/** Composite keys that the engine answers itself; an application's attribute of that name is not indexed. */
export const RESERVED_KEYS: ReadonlySet<string> = new Set(["tx.hash", "tx.height", "block.height"]);

const NOTHING = new Uint8Array(0);

/** Entries for the events of a transaction, or of the block itself (then `index` is 0). */
export function eventEntries(
  table: "txEvents" | "blockEvents",
  height: bigint,
  index: number,
  events: readonly Event[],
): WriteOp[] {
  const ops: WriteOp[] = [];
  events.forEach(({ type, attributes }, event) => {
    if (type === "") return;
    for (const attribute of attributes) {
      const composite = `${type}.${attribute.key}`;
      if (!attribute.index || attribute.key === "" || RESERVED_KEYS.has(composite)) continue;
      // PERF: for short texts Buffer is several times as fast as TextEncoder.
      const value = Buffer.from(attribute.value, "utf8");
      const key = eventKey(prefixOf(table, composite), value, { height, index, event });
      ops.push({ key, value: isHashedValue(value) ? value : NOTHING });
    }
  });
  return ops;
}

/** Prefixes that are kept: an honest application has a few dozen composite keys, a contract may invent more. */
const MAX_PREFIXES = 512;
const prefixes = { txEvents: new Map<string, Uint8Array>(), blockEvents: new Map<string, Uint8Array>() };

function prefixOf(table: "txEvents" | "blockEvents", composite: string): Uint8Array {
  const known = prefixes[table].get(composite);
  if (known !== undefined) return known;
  const prefix = eventPrefix(table, composite);
  if (prefixes[table].size < MAX_PREFIXES) prefixes[table].set(composite, prefix);
  return prefix;
}
