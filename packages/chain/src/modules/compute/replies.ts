/**
 * Replies: calls the contract that waits for the outcome of a message that it emitted.
 *
 * Spec: 03 §4.7, §3.2 (a successful reply is charged twice); 02 §5.6.
 * @module
 */
import type { ContractResult, Enclave } from "@enclavenet/enclave-api";
import type { Context } from "../../baseapp/context.ts";
import { formatAddress } from "../../support/address.ts";
import { plainError } from "../../support/errors.ts";
import { event } from "../../support/events.ts";
import { callContract } from "./enclave-call.ts";
import { ErrReplyFailed } from "./errors.ts";
import { consumeContractGas, gasForContract, INSTANCE_COST } from "./gas.ts";
import type { CallSteps } from "./keeper.ts";
import { CallReads } from "./read-hints.ts";
import type { ReplyOutcome } from "./reply-data.ts";

/** Delivers replies. */
export class ContractReplies {
  readonly #enclave: Enclave;
  readonly #steps: CallSteps;

  constructor(enclave: Enclave, steps: CallSteps) {
    this.#enclave = enclave;
    this.#steps = steps;
  }

  /** Calls `contract`; returns the data that replaces that of its response, if the reply gave any. */
  reply(ctx: Context, contract: Uint8Array, outcome: ReplyOutcome): Uint8Array | undefined {
    ctx.gasMeter.consumeGas(INSTANCE_COST, "Loading Compute module: reply");
    const loaded = this.#steps.load(ctx, contract);
    const reads = new CallReads(ctx, contract, []);
    const result = this.#call(ctx, contract, loaded, outcome, reads);
    this.#steps.settle(ctx, contract, result, reads, ErrReplyFailed);
    // COMPAT(spec 03 §3.2): the branch of successful replies charges once more.
    consumeContractGas(ctx, result.usedGas);
    if (result.apiVersion !== 1) throw plainError("response of reply should always be a CosmWasm v1 response type");
    const started = event("reply", ["contract_address", formatAddress(contract)]);
    return this.#steps.respond(ctx, contract, result, started);
  }

  #call(
    ctx: Context,
    contractAddress: Uint8Array,
    { codeHash, key }: ReturnType<CallSteps["load"]>,
    { id, sealed, error, data, events }: ReplyOutcome,
    reads: CallReads,
  ): ContractResult {
    const request = {
      origin: { txIndex: ctx.txIndex, msgIndex: ctx.msgIndex, nesting: ctx.callDepth },
      contractAddress,
      codeHash,
      contractKey: key,
      gasLimit: gasForContract(ctx),
      id,
      sealed,
      error,
      data,
      events: events.map(({ type, attributes }) => ({
        type,
        attributes: attributes.map((one) => ({ key: one.key, value: one.value })),
      })),
    };
    const handlers = this.#steps.handlers(ctx, reads);
    return callContract(this.#enclave, ctx, ErrReplyFailed, "reply", request, handlers).result;
  }
}
