/**
 * State as a block finds it: proven by its header, and changed by the calls that this enclave ran in the block.
 * @module
 */
import type { Primitives } from "@enclavenet/crypto";
import type { HostCalls } from "../host-calls.ts";
import { type ChainRecord, sequenceRecord } from "./chain-records.ts";
import { type ProvenHeader, ProvenRecords, type RecordDigest, sameRecord } from "./proven-records.ts";
import { unproven } from "./unproven.ts";
import { WriteJournal, type WritingCall } from "./write-journal.ts";

/** Reads of one call, each held against what is known. */
export interface CallState {
  /** Throws `StateUnproven` unless the record may hold `value`. `ahead`: records that are read next. */
  check(host: HostCalls, record: ChainRecord, value: Uint8Array | undefined, ahead?: readonly ChainRecord[]): void;
  /** Notes a write of the call, or a removal. */
  wrote(record: ChainRecord, value: Uint8Array | undefined): void;
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

  /** State for a call in the transaction at `txIndex`, with the writes of this block. */
  inBlock(txIndex: number): CallState {
    return this.#call(this.#journal, txIndex);
  }

  /** State before the block. */
  before(): CallState {
    return this.#call(new WriteJournal(), -1);
  }

  /** The header proves nothing: the block is the chain's first. */
  get empty(): boolean {
    return this.#proven.empty;
  }

  /** The part of a record that is kept, as the block found it; undefined where there is none. Throws `StateUnproven`. */
  kept(host: HostCalls, record: ChainRecord): Uint8Array | undefined {
    return this.#proven.keptBefore(host, record);
  }

  /** Sequence of the account's next transaction, as the block found it. Throws `StateUnproven`. */
  sequence(host: HostCalls, address: Uint8Array): bigint {
    const bytes = this.kept(host, sequenceRecord(address)) ?? new Uint8Array(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
  }

  #call(journal: WriteJournal, txIndex: number): CallState {
    const call: WritingCall = { txIndex, effect: "unknown" };
    const digestOf = (value: Uint8Array | undefined): RecordDigest =>
      value === undefined ? undefined : this.#primitives.sha256(value);
    return {
      check: (host, record, value, ahead = []) => {
        const found = digestOf(value);
        if (journal.explains(record.id, found, call)) return;
        // check: record-before
        if (!sameRecord(this.#proven.before(host, record, ahead), found)) unproven("another value than the proven one");
      },
      wrote: (record, value) => journal.add(record.id, call, digestOf(value)),
      failed: () => {
        call.effect = "none";
      },
    };
  }
}
