/**
 * Dispatches the messages of a contract's response, strictly in their order, each on its own branch of the state.
 *
 * Spec: 03 §4.7 (events, failures), §3.4 (gas limits), §4.5 (marker of the last message).
 * @module
 */
import type { Event } from "@enclavenet/abci";
import { CodedError, compareBytes, equalBytes, utf8ToBytes } from "@enclavenet/common";
import { type ContractResult, ReplyOn, type SubMessage } from "@enclavenet/enclave-api";
import { BasicGasMeter, OutOfGasError } from "@enclavenet/store";
import type { Context } from "../../../baseapp/context.ts";
import type { MessageRouter } from "../../../baseapp/message-router.ts";
import { signersOfMessage } from "../../../baseapp/tx.ts";
import { wrapError } from "../../../support/errors.ts";
import { ErrLastTx, ErrOutOfGas, ErrUnauthorized } from "../../../support/sdk-errors.ts";
import { ErrInvalid, ErrReplyFailed } from "../errors.ts";
import { type JsonObject, parseObject } from "./json.ts";
import { type Abi, type Converted, convertMessage, isWasmMessage, type SdkMessage } from "./message-table.ts";

interface Pending {
  readonly sub: SubMessage;
  readonly isWasm: boolean;
  readonly convert: () => Converted;
}

function prepare(result: ContractResult, contract: Uint8Array): Pending[] {
  const abi: Abi = result.apiVersion === 0 ? 0 : 1;
  return result.messages.map((sub) => {
    const parsed: JsonObject = parseObject(sub.message, "message");
    const isWasm = isWasmMessage(parsed);
    if (abi === 1) return { sub, isWasm, convert: () => convertMessage(parsed, abi, contract) };
    // v0.10 messages are all converted before the first of them runs.
    const converted = convertMessage(parsed, abi, contract);
    return { sub, isWasm, convert: () => converted };
  });
}

/** Events of the sub-message as the parent shows them. */
function parentEvents(events: readonly Event[], isWasm: boolean): Event[] {
  const kept = events.filter(({ type }) => type !== "message");
  if (!isWasm) return kept;
  return kept.map(({ type, attributes }) => ({
    type,
    attributes: [...attributes].sort((a, b) => compareBytes(utf8ToBytes(a.key), utf8ToBytes(b.key))),
  }));
}

export class MessageDispatcher {
  readonly #router: () => MessageRouter;

  /** The router is asked for late: it holds the routes of the module that owns this dispatcher. */
  constructor(router: () => MessageRouter) {
    this.#router = router;
  }

  /** Runs all messages of a response. `ctx` already carries the deeper call depth. */
  dispatch(ctx: Context, contract: Uint8Array, result: ContractResult): void {
    for (const pending of prepare(result, contract)) {
      if (ctx.lastMessage.marked) {
        throw ErrLastTx.wrap("Cannot send messages or submessages after last tx marker was set");
      }
      if (pending.sub.replyOn > ReplyOn.success) throw ErrInvalid.wrap("ReplyOn value");
      const converted = this.#attempt(ctx, contract, pending);
      if (converted === "finalized") return;
    }
  }

  #attempt(ctx: Context, contract: Uint8Array, pending: Pending): "finalized" | "done" {
    const { sub } = pending;
    let outcome: "finalized" | "done" | CodedError;
    try {
      outcome = this.#run(ctx, contract, pending);
    } catch (error) {
      if (!CodedError.isCoded(error)) throw error;
      outcome = error;
    }
    const failed = CodedError.isCoded(outcome);
    const wantsReply = sub.replyOn === ReplyOn.always || sub.replyOn === (failed ? ReplyOn.error : ReplyOn.success);
    if (wantsReply) throw ErrReplyFailed.wrap("replies are not supported yet");
    if (CodedError.isCoded(outcome)) throw wrapError(outcome, "submessages");
    return outcome;
  }

  #run(ctx: Context, contract: Uint8Array, { sub, isWasm, convert }: Pending): "finalized" | "done" {
    const converted = convert();
    if (converted.kind === "finalize") {
      ctx.lastMessage.marked = true;
      return "finalized";
    }
    const { ctx: branch, store } = ctx.branch();
    withGasLimit(branch, sub.gasLimit, (limited) => {
      for (const message of converted.messages) this.#handle(limited, contract, message);
    });
    store.write();
    ctx.events.emit(...parentEvents(branch.events.events, isWasm));
    return "done";
  }

  #handle(ctx: Context, contract: Uint8Array, { typeUrl, value, message }: SdkMessage): void {
    const route = this.#router().get(typeUrl);
    route.validateBasic(message);
    if (!signersOfMessage(route.schema, message).every((signer) => equalBytes(signer, contract))) {
      throw ErrUnauthorized.wrap("contract doesn't have permission");
    }
    route.handle(ctx.with({ callback: { typeUrl, value } }), message);
  }
}

/** A limit below what is left gets its own meter; the parent pays what was spent, or all of it (spec 03 §3.4). */
function withGasLimit(ctx: Context, limit: bigint | undefined, run: (ctx: Context) => void): void {
  const parent = ctx.gasMeter;
  if (limit === undefined || limit >= parent.limit() - parent.gasConsumed()) {
    run(ctx);
    return;
  }
  const meter = new BasicGasMeter(limit);
  try {
    run(ctx.with({ gasMeter: meter }));
  } catch (error) {
    if (!(error instanceof OutOfGasError)) {
      parent.consumeGas(meter.gasConsumed(), "From limited Sub-Message");
      throw error;
    }
    parent.consumeGas(limit, "Sub-Message OutOfGas panic");
    throw ErrOutOfGas.wrap("SubMsg hit gas limit");
  }
  parent.consumeGas(meter.gasConsumed(), "From limited Sub-Message");
}
