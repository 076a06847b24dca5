/**
 * Dispatches the messages of a contract's response, strictly in their order, each on its own branch of the state.
 *
 * Spec: 03 §4.7 (events, failures), §3.4 (gas limits), §4.5 (marker of the last message).
 * @module
 */
import type { Message } from "@bufbuild/protobuf";
import type { Event } from "@enclavenet/abci";
import { CodedError, compareBytes, equalBytes, utf8ToBytes } from "@enclavenet/common";
import { type ContractResult, ReplyOn, type SubMessage } from "@enclavenet/enclave-api";
import { BasicGasMeter, OutOfGasError } from "@enclavenet/store";
import type { Context } from "../../../baseapp/context.ts";
import type { MessageResponse, MessageRoute } from "../../../baseapp/message-route.ts";
import { goTypeName, type MessageRouter } from "../../../baseapp/message-router.ts";
import { signersOfMessage } from "../../../baseapp/tx.ts";
import { wrapError } from "../../../support/errors.ts";
import { ErrLastTx, ErrOutOfGas, ErrUnauthorized } from "../../../support/sdk-errors.ts";
import { ErrInvalid } from "../errors.ts";
import type { ReplyOutcome } from "../reply-data.ts";
import { parseObject } from "./json.ts";
import { convertMessage, type EmittedMessage, isWasmMessage, readMessage } from "./message-table.ts";
import { type Done, failureReply, successReply } from "./reply-outcome.ts";
import type { SdkMessage } from "./sdk-messages.ts";

/** A message of a response that is to run. */
export interface Pending {
  readonly sub: SubMessage;
  readonly emitted: EmittedMessage;
}

/**
 * The messages of a response. Those of a v0.10 contract are all converted before the first of them runs, and an error of
 * the conversion is none of their dispatch (spec 03 §4.5).
 */
export function pendingMessages({ messages, apiVersion }: ContractResult, contract: Uint8Array): Pending[] {
  return messages.map((sub) => ({
    sub,
    emitted: readMessage(parseObject(sub.message, "message"), apiVersion, contract),
  }));
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

/** Delivers replies to the contract that waits. */
export interface ReplyHandler {
  reply(ctx: Context, contract: Uint8Array, outcome: ReplyOutcome): Uint8Array | undefined;
}

export class MessageDispatcher {
  readonly #router: () => MessageRouter;
  readonly #replies: () => ReplyHandler;

  /** Both are asked for late: they belong to the module that owns this dispatcher. */
  constructor(router: () => MessageRouter, replies: () => ReplyHandler) {
    this.#router = router;
    this.#replies = replies;
  }

  /**
   * Runs all messages of a response and delivers the replies that it asks for. `ctx` already carries the deeper call depth.
   * Returns the data of the last reply that gave any.
   */
  dispatch(ctx: Context, contract: Uint8Array, messages: readonly Pending[]): Uint8Array | undefined {
    let data: Uint8Array | undefined;
    for (const pending of messages) {
      if (ctx.lastMessage.marked) {
        throw ErrLastTx.wrap("Cannot send messages or submessages after last tx marker was set");
      }
      if (pending.sub.replyOn > ReplyOn.success) throw ErrInvalid.wrap("ReplyOn value");
      const done = this.#attempt(ctx, contract, pending);
      if (done === "finalized") break;
      data = inSubmessages(() => this.#answer(ctx, contract, pending, done)) ?? data;
    }
    return data;
  }

  #attempt(ctx: Context, contract: Uint8Array, pending: Pending): "finalized" | Done | CodedError {
    try {
      return this.#run(ctx, contract, pending);
    } catch (error) {
      if (!CodedError.isCoded(error)) throw error;
      return error;
    }
  }

  /** Delivers the reply that the contract asked for; throws a failure of which it does not want to hear. */
  #answer(
    ctx: Context,
    contract: Uint8Array,
    { sub, emitted }: Pending,
    done: Done | CodedError,
  ): Uint8Array | undefined {
    const isWasm = isWasmMessage(emitted);
    const failed = CodedError.isCoded(done);
    const wantsReply = sub.replyOn === ReplyOn.always || sub.replyOn === (failed ? ReplyOn.error : ReplyOn.success);
    if (!wantsReply) {
      if (failed) throw done;
      return undefined;
    }
    const sealed = isWasm && sub.wasMsgEncrypted;
    const outcome = failed ? failureReply(sub, done, sealed) : successReply(sub, done, isWasm, sealed);
    return this.#replies().reply(ctx, contract, outcome);
  }

  #run(ctx: Context, contract: Uint8Array, { sub, emitted }: Pending): "finalized" | Done {
    const converted = convertMessage(emitted, contract);
    if (converted.kind === "finalize") {
      ctx.lastMessage.marked = true;
      return "finalized";
    }
    const { ctx: branch, store } = ctx.branch();
    const responses: MessageResponse[] = [];
    withGasLimit(branch, sub.gasLimit, (limited) => {
      for (const message of converted.messages) responses.push(this.#handle(limited, contract, message));
    });
    store.write();
    const events = parentEvents(branch.events.events, isWasmMessage(emitted));
    ctx.events.emitAll(events);
    return { response: responses[0], events };
  }

  #handle(ctx: Context, contract: Uint8Array, { typeUrl, value, message }: SdkMessage): MessageResponse {
    const route = this.#router().get(typeUrl);
    validateBasic(route, message);
    if (!signersOfMessage(route.schema, message).every((signer) => equalBytes(signer, contract))) {
      throw ErrUnauthorized.wrap("contract doesn't have permission");
    }
    return route.handle(ctx.with({ callback: { typeUrl, value } }), message);
  }
}

/** Messages of contracts fail the stateless checks under the name of their Go type (spec 03 §4.5). */
function validateBasic(route: MessageRoute, message: Message): void {
  try {
    route.validateBasic(message);
  } catch (error) {
    if (!CodedError.isCoded(error)) throw error;
    throw wrapError(error, `failed basic validation for message type ${goTypeName(route.typeUrl)}`);
  }
}

/** Failures of sub-messages, and of what is done about them, carry the word. */
function inSubmessages<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (CodedError.isCoded(error)) throw wrapError(error, "submessages");
    throw error;
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
