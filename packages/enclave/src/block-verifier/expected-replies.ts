/**
 * What contracts of the running message wait for: which of their messages they want to hear of, and which results this
 * enclave gave to callees whose caller waits. A reply is accepted once for each.
 *
 * The signature of an encrypted reply covers neither the contract that waits nor the transaction (spec 02 §10 #6, #7), so
 * it alone would let the host deliver an old reply, or one to another contract of the same code.
 * @module
 */
import { toHex } from "@enclavenet/common";
import type { OpenedMessage } from "@enclavenet/crypto";
import { EnclaveError, ReplyOn } from "@enclavenet/enclave-api";
import { Outstanding } from "./outstanding.ts";

/** A message whose sender asked for a reply. */
export interface AwaitedReply {
  /** Canonical address of the contract that emitted it. */
  readonly contract: Uint8Array;
  readonly id: bigint;
  /** One of `ReplyOn`, not `never`. */
  readonly replyOn: number;
  /** Whether it calls a contract, so that its result comes back sealed. */
  readonly isWasm: boolean;
}

/** A reply as the host delivers it. */
export interface DeliveredReply {
  readonly contract: Uint8Array;
  readonly id: bigint;
  /** Value of env.transaction.index in the reply. */
  readonly transactionIndex: number;
  readonly failed: boolean;
  /** Signature of the callee's sealed result; absent for messages of other modules. */
  readonly signature: Uint8Array | undefined;
}

function refuse(check: string): never {
  throw new EnclaveError("ValidationFailure", { check });
}

function keyOf(contract: Uint8Array, id: bigint, isWasm: boolean, transactionIndex: number): string {
  return `${toHex(contract)}/${id}/${isWasm}/${transactionIndex}`;
}

/** What a call left behind. */
export interface AddedReplies {
  /** The user's message at the root of the call tree. */
  readonly opened: OpenedMessage;
  readonly awaited: readonly AwaitedReply[];
  /** Signature of the call's own result, when its caller waits. */
  readonly resultSignature: Uint8Array | undefined;
  /** Value of env.transaction.index in the call; its replies see the next one (spec 03 §4.1). */
  readonly transactionIndex: number;
}

export class ExpectedReplies {
  readonly #awaited = new Map<string, number[]>();
  /** Signatures of results that were given and not delivered. */
  readonly #results = new Outstanding();
  #opened: OpenedMessage | undefined;

  /** The user's message at the root of the call tree; it is the same for every call below. Throws when nobody waits. */
  get opened(): OpenedMessage {
    return this.#opened ?? refuse("nobody waits for a reply");
  }

  /** Forgets everything: another message of a user begins. */
  clear(): void {
    this.#awaited.clear();
    this.#results.clear();
    this.#opened = undefined;
  }

  /** Remembers what a call left behind. */
  add({ opened, awaited, resultSignature, transactionIndex }: AddedReplies): void {
    if (awaited.length > 0) this.#opened = opened;
    for (const { contract, id, isWasm, replyOn } of awaited) {
      const key = keyOf(contract, id, isWasm, transactionIndex + 1);
      const known = this.#awaited.get(key);
      if (known === undefined) this.#awaited.set(key, [replyOn]);
      else known.push(replyOn);
    }
    if (resultSignature !== undefined) this.#results.add(toHex(resultSignature));
  }

  /** Takes the reply off the list. Throws `ValidationFailure` when it is not on it. */
  take(reply: DeliveredReply): void {
    // check: reply-key
    const key = keyOf(reply.contract, reply.id, reply.signature !== undefined, reply.transactionIndex);
    const waiting = this.#awaited.get(key) ?? [];
    const wanted = reply.failed ? ReplyOn.error : ReplyOn.success;
    const index = waiting.findIndex((replyOn) => replyOn === ReplyOn.always || replyOn === wanted);
    // check: reply-expected
    if (index < 0) refuse("reply was not asked for");
    // Last of the checks, because it takes: a reply that is refused leaves the right one possible.
    // check: reply-given
    if (reply.signature !== undefined && !this.#results.take(toHex(reply.signature))) {
      refuse("reply to a result that was not given");
    }
    waiting.splice(index, 1);
  }
}
