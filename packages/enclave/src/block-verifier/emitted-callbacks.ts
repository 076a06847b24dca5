/**
 * Messages that contracts emitted under one message of a user: each may come back once, as it was emitted, one level deeper.
 * Spec: 02 §4 (callback signatures); architecture §3.
 * @module
 */
import { toHex } from "@enclavenet/common";
import { type Primitives, SECRET_MESSAGE_HEADER_LENGTH } from "@enclavenet/crypto";
import { EnclaveError, type MessageOrigin } from "@enclavenet/enclave-api";
import { type EmittedMessage, emittedDigest } from "../contract-engine/emitted.ts";
import type { KeyGuard } from "../key-guard/key-guard.ts";
import { type ContractMessage, parseContractMessage } from "../transactions/messages.ts";
import { Outstanding } from "./outstanding.ts";

type Callback = NonNullable<MessageOrigin["callback"]>;

export class EmittedCallbacks {
  readonly #primitives: Primitives;
  readonly #guard: KeyGuard;
  /** Digests of what has not come back yet. */
  readonly #expected = new Outstanding();

  constructor(primitives: Primitives, guard: KeyGuard) {
    this.#primitives = primitives;
    this.#guard = guard;
  }

  /** These may come back, with `transactionIndex` as their value of env.transaction.index. */
  expect(emitted: readonly EmittedMessage[], transactionIndex: number): void {
    for (const message of emitted) this.#expected.add(this.#expectation(message, transactionIndex));
  }

  /** The message that came back. Throws `ValidationFailure` when no contract emitted it, or not so. */
  claim(position: { readonly txIndex: number }, callback: Callback): ContractMessage {
    const guard = this.#guard;
    const message = parseContractMessage(callback);
    const signed = message.msg.subarray(SECRET_MESSAGE_HEADER_LENGTH);
    // check: callback-signature
    if (!guard.verifyCallback(signed, message.funds, message.callbackSig)) {
      throw new EnclaveError("ValidationFailure", { check: "callback signature" });
    }
    // check: callback-expected
    if (!this.#expected.take(this.#expectation(emittedOf(message), position.txIndex + callback.nesting))) {
      throw new EnclaveError("ValidationFailure", { check: "callback was not emitted" });
    }
    return message;
  }

  /** Another message of a user runs. */
  clear(): void {
    this.#expected.clear();
  }

  #expectation(message: EmittedMessage, transactionIndex: number): string {
    return `${toHex(emittedDigest(this.#primitives, message))}/${transactionIndex}`;
  }
}

/** The emitted form of a message that came back. */
function emittedOf(message: ContractMessage): EmittedMessage {
  const { kind, sender, msg, funds } = message;
  return {
    kind,
    sender,
    msg,
    funds,
    contract: "contract" in message ? message.contract : new Uint8Array(0),
    codeId: "codeId" in message ? message.codeId : 0n,
    label: "label" in message ? message.label : "",
    admin: "admin" in message ? message.admin : "",
  };
}
