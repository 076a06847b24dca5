/**
 * The dear steps of one user message, done ahead of its turn: parsing, the signature, the key agreement, decryption.
 *
 * PERF: they take longer than the contract's own run. Host and enclave alternate, so what is done here while the host works
 * costs no time.
 * Trust: a result is used only at the position it was made for, and a signature counts only under the account number that
 * the host names when the turn comes. Whatever fails here is left to fail in its turn, with its own error and gas.
 * @module
 */
import type { OpenedMessage, Primitives } from "@enclavenet/crypto";
import type { KeyGuard } from "../key-guard/key-guard.ts";
import { type ContractMessage, MAX_MESSAGE_BYTES, parseContractMessage } from "../transactions/messages.ts";
import { verifySender } from "../transactions/signer.ts";
import type { Transaction } from "../transactions/transaction.ts";
import type { SignerMemory } from "./signer-memory.ts";

/** Where a message stands in its block. */
export interface MessagePosition {
  readonly txIndex: number;
  readonly msgIndex: number;
}

export interface PreparedMessage {
  readonly message: ContractMessage;
  /** Account number under which the sender's signature verified, and the sequence that it signed; undefined when it is not known to. */
  readonly signed: { readonly accountNumber: bigint; readonly sequence: bigint } | undefined;
  readonly opened: OpenedMessage | undefined;
}

interface PreparationModules {
  readonly primitives: Primitives;
  readonly guard: KeyGuard;
  readonly signers: SignerMemory;
  readonly chainId: string;
}

/** Transactions that are looked through for the next contract message. */
const LOOK_AHEAD = 4;

/** Holds at most one message. */
export class PreparedMessages {
  readonly #modules: PreparationModules;
  #ready: { readonly position: MessagePosition; readonly prepared: PreparedMessage | undefined } | undefined;

  constructor(modules: PreparationModules) {
    this.#modules = modules;
  }

  /** Prepares the first contract message at or behind `from`. Never throws. */
  prepare(from: MessagePosition, transaction: (index: number) => Transaction | undefined): void {
    const { position } = this.#ready ?? {};
    if (position !== undefined && isAtOrBehind(position, from)) return;
    this.#ready = { position: from, prepared: undefined };
    try {
      this.#search(from, transaction);
    } catch {
      // A transaction that does not parse: its turn will say so.
    }
  }

  /** What was prepared for exactly this position; it is given out once. */
  take({ txIndex, msgIndex }: MessagePosition): PreparedMessage | undefined {
    const ready = this.#ready;
    // check: prepared-position
    if (ready?.position.txIndex !== txIndex || ready.position.msgIndex !== msgIndex) return undefined;
    this.#ready = undefined;
    return ready.prepared;
  }

  #search(from: MessagePosition, transaction: (index: number) => Transaction | undefined): void {
    let { msgIndex } = from;
    for (let txIndex = Math.max(from.txIndex, 0); txIndex <= from.txIndex + LOOK_AHEAD; txIndex++) {
      const tx = transaction(txIndex);
      if (tx === undefined) return;
      for (; msgIndex < tx.body.messages.length; msgIndex++) {
        const prepared = this.#prepare(tx, msgIndex);
        if (prepared === undefined) continue;
        this.#ready = { position: { txIndex, msgIndex }, prepared };
        return;
      }
      msgIndex = 0;
    }
  }

  #prepare(tx: Transaction, msgIndex: number): PreparedMessage | undefined {
    const message = tryParse(tx, msgIndex);
    if (message === undefined) return undefined;
    const isLong = message.msg.length > MAX_MESSAGE_BYTES;
    const opened = isLong ? undefined : this.#modules.guard.tryOpenMessage(message.msg);
    return { message, opened, signed: this.#verify(tx, message) };
  }

  #verify(tx: Transaction, message: ContractMessage): PreparedMessage["signed"] {
    const { primitives, signers, chainId } = this.#modules;
    const accountNumber = signers.get(message.sender);
    if (accountNumber === undefined) return undefined;
    try {
      return { accountNumber, sequence: verifySender(primitives, tx, message.sender, { chainId, accountNumber }) };
    } catch {
      return undefined;
    }
  }
}

function tryParse(tx: Transaction, msgIndex: number): ContractMessage | undefined {
  const any = tx.body.messages[msgIndex];
  if (any === undefined) return undefined;
  try {
    return parseContractMessage(any);
  } catch {
    return undefined;
  }
}

function isAtOrBehind(position: MessagePosition, from: MessagePosition): boolean {
  return position.txIndex > from.txIndex || (position.txIndex === from.txIndex && position.msgIndex >= from.msgIndex);
}
