/**
 * Simulation of transactions, as the gRPC method and as the ABCI path (spec 04 §2.5).
 * @module
 */
import { CodedError, utf8ToBytes } from "@enclavenet/common";
import { cosmosBaseAbci, cosmosTx, create, encode, toGogoJson } from "@enclavenet/proto";
import { addressCodec } from "../support/address.ts";
import { wrapError } from "../support/errors.ts";
import { StatusError } from "../support/status-error.ts";
import { type QueryRoute, queryRoute } from "./query-route.ts";
import type { TxOutcome } from "./run-tx.ts";

/** Runs a transaction on the check state and keeps nothing. Throws sdk 2 for bytes that are no transaction. */
export type Simulate = (tx: Uint8Array) => TxOutcome;

function simulationResponse({ gasWanted, gasUsed, data, events, responses }: TxOutcome) {
  return {
    gasInfo: { gasWanted, gasUsed },
    result: {
      data,
      log: "",
      events: events.map(({ type, attributes }) => ({ type, attributes: attributes.map((one) => ({ ...one })) })),
      msgResponses: responses.map(({ typeUrl, value }) => ({ typeUrl, value })),
    },
  };
}

function statusOf(text: string, gasUsed: bigint): StatusError {
  return new StatusError("Unknown", `${text} with gas used: '${gasUsed}'`);
}

function simulateTx(simulate: Simulate, request: cosmosTx.SimulateRequest) {
  const bytes = request.tx === undefined ? request.txBytes : encode(cosmosTx.TxSchema, request.tx);
  if (bytes.length === 0) throw new StatusError("InvalidArgument", "empty txBytes is not allowed");
  let outcome: TxOutcome;
  try {
    outcome = simulate(bytes);
  } catch (error) {
    if (CodedError.isCoded(error)) throw statusOf(error.message, 0n);
    throw error;
  }
  if (outcome.error !== undefined) throw statusOf(outcome.error.message, outcome.gasUsed);
  return simulationResponse(outcome);
}

/** `/cosmos.tx.v1beta1.Service/Simulate`. */
export function simulateRoute(simulate: Simulate): QueryRoute {
  return queryRoute(
    "cosmos.tx.v1beta1.Service",
    "Simulate",
    cosmosTx.SimulateRequestSchema,
    cosmosTx.SimulateResponseSchema,
    (_ctx, request) => simulateTx(simulate, request),
  );
}

/** Answer of `/app/simulate`: JSON of the simulation. Throws the transaction's error. */
export function simulationJson(simulate: Simulate, tx: Uint8Array): Uint8Array {
  const outcome = simulate(tx);
  if (outcome.error !== undefined) throw wrapError(outcome.error, "failed to simulate tx");
  const schema = cosmosBaseAbci.SimulationResponseSchema;
  const message = create(schema, simulationResponse(outcome));
  return utf8ToBytes(JSON.stringify(toGogoJson(schema, message, { addresses: addressCodec })));
}
