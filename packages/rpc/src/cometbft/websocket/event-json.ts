/**
 * What a subscriber gets of an event: its data by type, and the composite keys (spec 04 §5.4).
 * @module
 */
import { toBase64 } from "@enclavenet/common";
import type { BlockResults, CompositeKeys, EngineEvent } from "@enclavenet/consensus";
import {
  blockIdJson,
  blockJson,
  blockParamsJson,
  eventJson,
  execTxResultJson,
  headerJson,
  validatorJson,
  validatorUpdateJson,
} from "../json.ts";

/** FinalizeBlock's response as Go prints it: empty lists are left out, but the one that is not a pointer. */
function finalizeBlockJson(results: BlockResults) {
  const { events, txResults, validatorUpdates, consensusParams, appHash } = results;
  return {
    ...(events.length === 0 ? {} : { events: events.map(eventJson) }),
    ...(txResults.length === 0 ? {} : { tx_results: txResults.map(execTxResultJson) }),
    validator_updates: validatorUpdates.length === 0 ? null : validatorUpdates.map(validatorUpdateJson),
    consensus_param_updates: { block: blockParamsJson(consensusParams) },
    app_hash: toBase64(appHash),
  };
}

function valueJson(event: EngineEvent): unknown {
  switch (event.type) {
    case "NewBlock":
      return {
        block: blockJson(event.block.block),
        block_id: blockIdJson(event.block.blockId),
        result_finalize_block: finalizeBlockJson(event.results),
      };
    case "NewBlockHeader":
      return { header: headerJson(event.header) };
    case "NewBlockEvents":
      return {
        height: event.height.toString(),
        events: event.events.map(eventJson),
        num_txs: event.numTxs.toString(),
      };
    case "Tx": {
      const { height, index, tx, result } = event.tx;
      return {
        TxResult: {
          height: height.toString(),
          ...(index === 0 ? {} : { index }),
          tx: toBase64(tx),
          result: execTxResultJson(result),
        },
      };
    }
    case "ValidatorSetUpdates":
      return { validator_updates: event.validators.map(validatorJson) };
  }
}

/** The two parts of a frame that are the same for every subscriber, as JSON text. */
export interface EventBody {
  readonly data: string;
  readonly events: string;
}

/** Writes an event once for all of its subscribers. */
export function eventBody(event: EngineEvent, keys: CompositeKeys): EventBody {
  const sorted = [...keys].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    data: JSON.stringify({ type: `tendermint/event/${event.type}`, value: valueJson(event) }),
    events: JSON.stringify(Object.fromEntries(sorted)),
  };
}
