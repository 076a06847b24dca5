/**
 * Events of an engine, published per block in CometBFT's order: NewBlock, NewBlockHeader, NewBlockEvents, one Tx per
 * transaction, ValidatorSetUpdates (spec 05 §3.12.2, 04 §5.4), and the composite keys that subscriptions match on.
 * @module
 */
import type { Event } from "@enclavenet/abci";
import { toUpperHex } from "@enclavenet/common";
import type { Header, Validator } from "./block-types.ts";
import type { BlockRecord, BlockResults, TxRecord } from "./chain-types.ts";
import { validatorAddress } from "./sha256.ts";

/** One published event. */
export type EngineEvent =
  | { readonly type: "NewBlock"; readonly block: BlockRecord; readonly results: BlockResults }
  | { readonly type: "NewBlockHeader"; readonly header: Header }
  | {
      readonly type: "NewBlockEvents";
      readonly height: bigint;
      readonly numTxs: number;
      readonly events: readonly Event[];
    }
  | { readonly type: "Tx"; readonly tx: TxRecord }
  | { readonly type: "ValidatorSetUpdates"; readonly validators: readonly Validator[] };

/** Values of each composite key `type.attribute`, in order of appearance. */
export type CompositeKeys = ReadonlyMap<string, readonly string[]>;

function addAbciEvents(into: Map<string, string[]>, events: readonly Event[]): void {
  for (const event of events) {
    if (event.type === "") continue;
    for (const { key, value } of event.attributes) {
      if (key === "") continue;
      const composite = `${event.type}.${key}`;
      const values = into.get(composite);
      if (values === undefined) into.set(composite, [value]);
      else values.push(value);
    }
  }
}

/** What a subscription's query is matched against, and what its messages print as `events`. */
export function compositeKeys(event: EngineEvent): CompositeKeys {
  const keys = new Map<string, string[]>();
  switch (event.type) {
    case "NewBlock":
      addAbciEvents(keys, event.results.events);
      break;
    case "NewBlockEvents":
      addAbciEvents(keys, event.events);
      break;
    case "Tx":
      addAbciEvents(keys, event.tx.result.events);
      // Reserved keys win over attributes of the same name that the application may have emitted.
      keys.set("tx.hash", [toUpperHex(event.tx.hash)]);
      keys.set("tx.height", [event.tx.height.toString()]);
      break;
    default:
      break;
  }
  keys.set("tm.event", [event.type]);
  return keys;
}

/** Events of one committed block in the order in which CometBFT publishes them. */
export function blockEvents(block: BlockRecord, results: BlockResults, txs: readonly TxRecord[]): EngineEvent[] {
  const { header } = block.block;
  const out: EngineEvent[] = [
    { type: "NewBlock", block, results },
    { type: "NewBlockHeader", header },
    { type: "NewBlockEvents", height: header.height, numTxs: block.block.txs.length, events: results.events },
    ...txs.map((tx): EngineEvent => ({ type: "Tx", tx })),
  ];
  if (results.validatorUpdates.length > 0) {
    const validators = results.validatorUpdates.map(({ publicKey, power }) => ({
      address: validatorAddress(publicKey),
      publicKey,
      power,
      proposerPriority: 0n,
    }));
    out.push({ type: "ValidatorSetUpdates", validators });
  }
  return out;
}
