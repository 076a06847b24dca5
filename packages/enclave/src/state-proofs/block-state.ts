/**
 * State as a block finds it: proven by its header, and changed by the calls that this enclave ran in the block.
 * @module
 */
import { toHex } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import type { HostCalls } from "../host-calls.ts";
import {
  type ProvenHeader,
  ProvenRecords,
  type RecordDigest,
  type RecordName,
  sameRecord,
  unproven,
} from "./proven-records.ts";
import { WriteJournal, type WritingCall } from "./write-journal.ts";

/** Reads of one call, each held against what is known. */
export interface CallState {
  /** Throws `StateUnproven` unless the contract's record `key` may hold `value`. `ahead`: keys that are read next. */
  check(host: HostCalls, key: Uint8Array, value: Uint8Array | undefined, ahead: readonly Uint8Array[]): void;
  /** Notes a write of the call, or a removal. */
  wrote(key: Uint8Array, value: Uint8Array | undefined): void;
  /** The call failed: nothing that it wrote lasts. */
  failed(): void;
}

export class BlockState {
  readonly #primitives: Primitives;
  readonly #proven: ProvenRecords;
  readonly #journal = new WriteJournal();

  constructor(primitives: Primitives, header: ProvenHeader) {
    this.#primitives = primitives;
    this.#proven = new ProvenRecords(primitives, header);
  }

  /** State of a contract for a call in the transaction at `txIndex`, with the writes of this block. */
  inBlock(contract: Uint8Array, txIndex: number): CallState {
    return this.#call(contract, this.#journal, txIndex);
  }

  /** State of a contract before the block. */
  before(contract: Uint8Array): CallState {
    return this.#call(contract, new WriteJournal(), -1);
  }

  #call(contract: Uint8Array, journal: WriteJournal, txIndex: number): CallState {
    const call: WritingCall = { txIndex, effect: "unknown" };
    const prefix = `${toHex(contract)}/`;
    const name = (key: Uint8Array): RecordName => ({ id: prefix + toHex(key), contract, key });
    const digestOf = (value: Uint8Array | undefined): RecordDigest =>
      value === undefined ? undefined : this.#primitives.sha256(value);
    return {
      check: (host, key, value, ahead) => {
        const record = name(key);
        const found = digestOf(value);
        if (journal.explains(record.id, found, call)) return;
        const before = this.#proven.before(host, record, ahead.map(name));
        if (!sameRecord(before, found)) unproven("another value than the proven one");
      },
      wrote: (key, value) => journal.add(name(key).id, call, digestOf(value)),
      failed: () => {
        call.effect = "none";
      },
    };
  }
}
