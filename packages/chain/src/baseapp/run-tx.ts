/**
 * Runs one transaction: ante handler, then its messages, on branches that are merged or dropped.
 *
 * Spec: 04 §6.2 (results, events, error texts), 05 §1.5.
 * @module
 */
import type { Event } from "@enclavenet/abci";
import { CodedError } from "@enclavenet/common";
import { cosmosBaseAbci, create, encode } from "@enclavenet/proto";
import { formatAddress } from "../support/address.ts";
import { type ChainError, wrapError } from "../support/errors.ts";
import { EventManager, event, withAttribute } from "../support/events.ts";
import { ErrLastTx, ErrOutOfGas } from "../support/sdk-errors.ts";
import { StatusError } from "../support/status-error.ts";
import type { Context } from "./context.ts";
import { transactionError } from "./failure.ts";
import type { MessageResponse } from "./message-route.ts";
import { type MessageRouter, messageEventAttributes, validateMessages } from "./message-router.ts";
import { type DecodedTx, signersOfMessage } from "./tx.ts";

/** The ante handler as this file sees it. */
export type AnteHandler = (
  ctx: Context,
  tx: DecodedTx,
) => { readonly ctx: Context; readonly error: ChainError | undefined };

/** What a transaction came to. */
export interface TxOutcome {
  readonly error: ChainError | undefined;
  readonly gasWanted: bigint;
  readonly gasUsed: bigint;
  /** Protobuf TxMsgData of the message responses; empty on failure. */
  readonly data: Uint8Array;
  readonly events: readonly Event[];
  readonly responses: readonly MessageResponse[];
}

const NO_DATA = new Uint8Array(0);

function failed(error: ChainError, gasWanted: bigint, gasUsed: bigint, events: readonly Event[] = []): TxOutcome {
  return { error, gasWanted, gasUsed, data: NO_DATA, events, responses: [] };
}

function runsMessages(ctx: Context): boolean {
  return ctx.mode === "finalize" || ctx.mode === "simulate";
}

interface MessagesResult {
  readonly events: readonly Event[];
  readonly responses: readonly MessageResponse[];
}

function dataOf(responses: readonly MessageResponse[]): Uint8Array {
  const schema = cosmosBaseAbci.TxMsgDataSchema;
  return encode(schema, create(schema, { msgResponses: responses.map(({ typeUrl, value }) => ({ typeUrl, value })) }));
}

/** Block gas is charged once per transaction, whatever became of it; over the limit it fails the transaction. */
class BlockGas {
  #isCharged = false;

  charge(ctx: Context): void {
    if (this.#isCharged) return;
    this.#isCharged = true;
    ctx.blockGasMeter.consumeGas(ctx.gasMeter.gasConsumedToLimit(), "block gas meter");
  }
}

export class TxRunner {
  readonly #router: MessageRouter;
  readonly #ante: AnteHandler;

  constructor(router: MessageRouter, ante: AnteHandler) {
    this.#router = router;
    this.#ante = ante;
  }

  /** `ctx` is the context of the state: what survives is written into its multistore. */
  run(ctx: Context, tx: DecodedTx): TxOutcome {
    if (ctx.mode === "finalize" && ctx.blockGasMeter.isOutOfGas()) {
      return failed(ErrOutOfGas.wrap("no block gas left to run tx"), 0n, 0n);
    }
    const blockGas = new BlockGas();
    const attempt = this.#attempt(ctx, tx, blockGas);
    if (ctx.mode !== "finalize") return attempt.outcome;
    try {
      blockGas.charge(attempt.ctx);
      return attempt.outcome;
    } catch (error) {
      const { gasWanted, gasUsed, events } = attempt.outcome;
      return failed(transactionError(error, { wanted: gasWanted, used: gasUsed }), gasWanted, gasUsed, events);
    }
  }

  #attempt(state: Context, tx: DecodedTx, blockGas: BlockGas): { readonly outcome: TxOutcome; readonly ctx: Context } {
    let ctx = state;
    let gasWanted = 0n;
    let anteEvents: readonly Event[] = [];
    try {
      validateMessages(tx, this.#router);
      const branch = state.branch();
      const own = { tx, lastMessage: { marked: false }, results: state.results.ofTransaction() };
      const ante = this.#ante(branch.ctx.with(own), tx);
      ctx = ante.ctx.with({ multiStore: state.multiStore });
      gasWanted = ctx.gasMeter.limit();
      if (ante.error !== undefined) return { ctx, outcome: failed(ante.error, gasWanted, ctx.gasMeter.gasConsumed()) };
      branch.store.write();
      anteEvents = branch.ctx.events.events;
      const result = this.#runMessages(ctx, tx, blockGas);
      const events = runsMessages(ctx) ? [...anteEvents, ...result.events] : [];
      const { responses } = result;
      const gasUsed = ctx.gasMeter.gasConsumed();
      return { ctx, outcome: { error: undefined, gasWanted, gasUsed, data: dataOf(responses), events, responses } };
    } catch (error) {
      const gasUsed = ctx.gasMeter.gasConsumed();
      const reason = transactionError(error, { wanted: gasWanted, used: gasUsed });
      return { ctx, outcome: failed(reason, gasWanted, gasUsed, anteEvents) };
    }
  }

  #runMessages(ctx: Context, tx: DecodedTx, blockGas: BlockGas): MessagesResult {
    if (!runsMessages(ctx)) return { events: [], responses: [] };
    const { ctx: branch, store } = ctx.branch();
    const events: Event[] = [];
    const responses: MessageResponse[] = [];
    for (const [index, message] of tx.messages.entries()) {
      if (branch.lastMessage.marked) {
        throw ErrLastTx.wrap(
          `message was attempted but last message was marked by a contract; message index: ${index}`,
        );
      }
      const own = branch.with({ events: new EventManager(), msgIndex: index });
      responses.push(this.#runMessage(own, message, index));
      const sender = signersOfMessage(message.schema, message.message)[0];
      const handled = own.events.events;
      const attributes = messageEventAttributes(message.typeUrl, sender && formatAddress(sender), handled);
      for (const one of [event("message", ...attributes), ...handled]) {
        events.push(withAttribute(one, "msg_index", index.toString()));
      }
    }
    if (ctx.mode === "finalize") {
      blockGas.charge(ctx);
      store.write();
    }
    return { events, responses };
  }

  #runMessage(ctx: Context, { typeUrl, message }: DecodedTx["messages"][number], index: number): MessageResponse {
    try {
      return this.#router.get(typeUrl).handle(ctx, message);
    } catch (error) {
      const detail = `failed to execute message; message index: ${index}`;
      if (CodedError.isCoded(error)) throw wrapError(error, detail);
      if (error instanceof StatusError) throw wrapError(transactionError(error, { wanted: 0n, used: 0n }), detail);
      throw error;
    }
  }
}
