/**
 * Shows a height to subscribers and waiters once it is durable.
 * @module
 */
import type { BlockRecord } from "../base/chain-types.ts";
import { blockEvents } from "../base/events.ts";
import type { CommittedBlock } from "../execution/executor.ts";
import type { EventHub } from "./event-hub.ts";
import type { TxWaiters } from "./tx-waiters.ts";

/** Publishes the block's events in CometBFT's order, and answers who waits for its transactions. */
export function publishBlock(committed: CommittedBlock, events: EventHub, waiters: TxWaiters): void {
  const { decided, state, response, txs } = committed;
  const { block, blockId, bytes } = decided.sealed;
  const record: BlockRecord = { block, blockId, sizeBytes: bytes.length };
  const results = { height: state.height, ...response, consensusParams: state.params };
  for (const event of blockEvents(record, results, txs)) events.publish(event);
  for (const tx of txs) waiters.resolve(tx);
}
