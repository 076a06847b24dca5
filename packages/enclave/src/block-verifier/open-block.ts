/**
 * The block that is being executed: its verified facts, its transactions, and which message may run next.
 *
 * env.transaction.index comes from here: the transaction's position in the block, plus one for every contract response that
 * is being handled above the call (spec 03 §4.1).
 *
 * Rules (architecture §3): a user's message runs at most once and only at its position, also when a later block includes it again,
 * where state is proven; a callback runs only if a contract
 * emitted it earlier in the same transaction, and only once.
 * @module
 */
import { toHex } from "@enclavenet/common";
import type { OpenedMessage, Primitives } from "@enclavenet/crypto";
import { type EcallRequest, EnclaveError, type MessageOrigin } from "@enclavenet/enclave-api";
import type { EmittedMessage } from "../contract-engine/emitted.ts";
import type { HostCalls } from "../host-calls.ts";
import type { KeyGuard } from "../key-guard/key-guard.ts";
import type { BlockState, CallState } from "../state-proofs/block-state.ts";
import { type ContractMessage, parseContractMessage } from "../transactions/messages.ts";
import { verifySender } from "../transactions/signer.ts";
import { parseTransaction, type Transaction } from "../transactions/transaction.ts";
import { EmittedCallbacks } from "./emitted-callbacks.ts";
import { ExpectedReplies } from "./expected-replies.ts";
import { FirstRuns } from "./first-runs.ts";
import { MemberChanges } from "./member-changes.ts";
import type { OutputLog } from "./output-log.ts";
import { PreparedMessages } from "./prepared-messages.ts";
import type { SignerMemory } from "./signer-memory.ts";

/** Verified facts of a block. */
export interface BlockFacts {
  readonly chainId: string;
  readonly height: bigint;
  readonly timeNs: bigint;
  /** Hash of the header, 32 bytes. */
  readonly hash: Uint8Array;
}

/** A message that may run now. */
export interface AuthenticatedMessage {
  readonly message: ContractMessage;
  readonly transaction: Transaction;
  /** Upper-case hex of the transaction's SHA-256. */
  readonly transactionHash: string;
  /** Value of env.transaction.index. */
  readonly transactionIndex: number;
  /** Gas limit that the user signed, in SDK gas. */
  readonly signedGasLimit: bigint;
  /** The decrypted message, when it was opened ahead of its turn. */
  readonly opened: OpenedMessage | undefined;
}

/** Where a message stands in the block. */
type MessagePosition = Pick<MessageOrigin, "txIndex" | "msgIndex">;

/** Where a call belongs and what its user signed. */
export type CallOrigin = Pick<AuthenticatedMessage, "transactionHash" | "transactionIndex" | "signedGasLimit">;

/** What is the same for all calls of a transaction. */
type TransactionFacts = Omit<CallOrigin, "transactionIndex">;

export interface OpenBlockModules {
  readonly primitives: Primitives;
  readonly guard: KeyGuard;
  readonly signers: SignerMemory;
  /** Undefined where no proofs are demanded. */
  readonly state: BlockState | undefined;
}

export class OpenBlock {
  readonly facts: BlockFacts;
  readonly outputs: OutputLog;
  /** Replies that contracts of the running message wait for. */
  readonly replies = new ExpectedReplies();
  /** What registrations change at the end of the block. */
  readonly memberChanges = new MemberChanges();
  readonly #modules: OpenBlockModules;
  readonly #transactions: readonly Uint8Array[];
  readonly #parsed = new Map<number, Transaction>();
  /** Of the transaction that runs: every call in it asks. */
  #origin: { readonly transaction: Transaction; readonly origin: TransactionFacts } | undefined;
  readonly #prepared: PreparedMessages;
  readonly #firstRuns = new FirstRuns();
  /** Position of the user message that runs now or ran last. */
  #position: { readonly txIndex: number; readonly msgIndex: number } = { txIndex: -1, msgIndex: -1 };
  /** Messages that contracts emitted under that position. */
  readonly #callbacks: EmittedCallbacks;

  constructor(modules: OpenBlockModules, facts: BlockFacts, transactions: readonly Uint8Array[], outputs: OutputLog) {
    this.#modules = modules;
    this.facts = facts;
    this.#transactions = transactions;
    this.outputs = outputs;
    this.#callbacks = new EmittedCallbacks(modules.primitives, modules.guard);
    this.#prepared = new PreparedMessages({ ...modules, chainId: facts.chainId });
  }

  /**
   * Checks and decrypts the next contract message ahead of its turn, while the host is busy with what lies before it. The
   * outcome of the turn is the same without.
   */
  prepare(): void {
    const { txIndex, msgIndex } = this.#position;
    this.#prepared.prepare({ txIndex, msgIndex: msgIndex + 1 }, (index) =>
      index < this.#transactions.length ? this.#transaction(index) : undefined,
    );
  }

  /** State before this block; undefined where no proofs are demanded. */
  get stateBefore(): BlockState | undefined {
    return this.#modules.state;
  }

  /** State for a call that belongs to the running message; undefined where no proofs are demanded. */
  state(): CallState | undefined {
    return this.#modules.state?.inBlock(this.#position.txIndex);
  }

  /**
   * Authenticates the message at `origin` and takes its turn. Throws `PositionRejected` when it has none, `FailedTxVerification`
   * when its user did not sign it or it is an old one.
   */
  claim(origin: MessageOrigin, host: HostCalls): AuthenticatedMessage {
    const transaction = this.#transaction(origin.txIndex);
    const { message, opened } =
      origin.callback === undefined
        ? this.#claimUser(origin, transaction, host)
        : this.#claimCallback(origin, origin.callback);
    const transactionIndex = origin.txIndex + (origin.callback?.nesting ?? 0);
    return { message, opened, transaction, transactionIndex, ...this.#factsOf(transaction) };
  }

  /** The running message, to which a reply belongs. Throws `PositionRejected` for any other. */
  running(position: EcallRequest<"reply">["origin"]): CallOrigin {
    this.#demandRunning(position, "reply in another message");
    const transactionIndex = position.txIndex + position.nesting;
    return { transactionIndex, ...this.#factsOf(this.#transaction(position.txIndex)) };
  }

  #demandRunning({ txIndex, msgIndex }: MessagePosition, check: string): void {
    // check: callback-position
    if (txIndex !== this.#position.txIndex || msgIndex !== this.#position.msgIndex) {
      throw new EnclaveError("PositionRejected", { check });
    }
  }

  #factsOf(transaction: Transaction): TransactionFacts {
    if (this.#origin?.transaction === transaction) return this.#origin.origin;
    const origin = {
      transactionHash: toHex(this.#modules.primitives.sha256(transaction.bytes)).toUpperCase(),
      signedGasLimit: transaction.authInfo.fee?.gasLimit ?? 0n,
    };
    this.#origin = { transaction, origin };
    return origin;
  }

  /** Remembers what the contract called by `emitter` emitted, so that it may come back once, one level deeper. */
  expect(emitted: readonly EmittedMessage[], { transactionIndex }: CallOrigin): void {
    this.#callbacks.expect(emitted, transactionIndex + 1);
  }

  #transaction(index: number): Transaction {
    const known = this.#parsed.get(index);
    if (known !== undefined) return known;
    const bytes = this.#transactions[index];
    if (bytes === undefined) throw new EnclaveError("PositionRejected", { check: "transaction index" });
    const transaction = parseTransaction(bytes);
    this.#parsed.set(index, transaction);
    return transaction;
  }

  /** The message at a position that runs no contract, which takes its turn. Throws `PositionRejected` when it has none. */
  claimPlain(position: MessagePosition): { readonly typeUrl: string; readonly value: Uint8Array } {
    return this.#turn(position, this.#transaction(position.txIndex));
  }

  /** Takes the turn of a user's message. */
  #turn({ txIndex, msgIndex }: MessagePosition, transaction: Transaction) {
    const last = this.#position;
    // check: message-ran
    if (txIndex < last.txIndex || (txIndex === last.txIndex && msgIndex <= last.msgIndex)) {
      throw new EnclaveError("PositionRejected", { check: "message ran already" });
    }
    const any = transaction.body.messages[msgIndex];
    if (any === undefined) throw new EnclaveError("PositionRejected", { check: "message index" });
    this.#position = { txIndex, msgIndex };
    this.#callbacks.clear();
    this.replies.clear();
    return any;
  }

  #claimUser(origin: MessageOrigin, transaction: Transaction, host: HostCalls): ClaimedMessage {
    const any = this.#turn(origin, transaction);
    const prepared = this.#prepared.take(origin);
    const message = prepared?.message ?? parseContractMessage(any);
    // check: user-message-callback
    if (message.callbackSig.length > 0) throw new EnclaveError("ValidationFailure", { check: "callback signature" });
    // check: prepared-signer
    this.demandSigner(origin, message.sender, host, prepared?.signed);
    return { message, opened: prepared?.opened };
  }

  /**
   * The transaction is one that `sender` signed, for this account number, and its first and only time. `known`: what was verified ahead.
   * Throws `FailedTxVerification`.
   */
  demandSigner(
    { txIndex, accountNumber }: Pick<MessageOrigin, "txIndex" | "accountNumber">,
    sender: Uint8Array,
    host: HostCalls,
    known?: { readonly accountNumber: bigint; readonly sequence: bigint },
  ): void {
    const { primitives, signers, state } = this.#modules;
    const transaction = this.#transaction(txIndex);
    const { transactionHash } = this.#factsOf(transaction);
    const sequence =
      known?.accountNumber === accountNumber
        ? known.sequence
        : verifySender(primitives, transaction, sender, { chainId: this.facts.chainId, accountNumber });
    this.#firstRuns.demand({ txIndex, sequence, transactionHash }, () => state?.sequence(host, sender));
    signers.set(sender, accountNumber);
  }

  #claimCallback(position: MessagePosition, callback: NonNullable<MessageOrigin["callback"]>): ClaimedMessage {
    this.#demandRunning(position, "callback of another message");
    return { message: this.#callbacks.claim(position, callback), opened: undefined };
  }
}

interface ClaimedMessage {
  readonly message: ContractMessage;
  readonly opened: OpenedMessage | undefined;
}
