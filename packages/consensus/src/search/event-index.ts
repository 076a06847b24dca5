/**
 * Which database entries a block's events make (spec 04 §5.4): attributes marked `index`, under their composite key,
 * with the number of the event they belong to, so that a search can demand one and the same event.
 * @module
 */
import type { Event } from "@enclavenet/abci";
import { utf8ToBytes } from "@enclavenet/common";
import type { WriteOp } from "../storage/database.ts";
import { eventKey, isHashedValue } from "../storage/keys.ts";

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
      const key = eventKey(table, composite, attribute.value, { height, index, event });
      ops.push({ key, value: isHashedValue(attribute.value) ? utf8ToBytes(attribute.value) : NOTHING });
    }
  });
  return ops;
}
