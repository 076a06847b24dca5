/**
 * Records as the app hash of one verified header has them: what the host says was there, or was not, counts once
 * an ICS-23 proof led to that hash.
 *
 * Spec: 05 §4.5 (the header of block H carries the app hash over the state after H-1), §4.6 (proofs); 03 §5.1 (keys).
 * PERF: a record is proven once per header and the store's root once; what was verified is kept, in a bounded memory.
 * @module
 */
import { equalBytes, utf8ToBytes } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import {
  decodeCommitmentProof,
  iavlSpec,
  LightClientError,
  tendermintSpec,
  verifyMembership,
  verifyNonMembership,
} from "@enclavenet/light-client";
import type { HostCalls } from "../host-calls.ts";
import type { ChainRecord } from "./chain-records.ts";
import { unproven } from "./unproven.ts";

/** Store of the compute module. */
const STORE = utf8ToBytes("compute");

/** Records that are remembered as proven; when there are more, they are proven again. */
const MAX_PROVEN = 65_536;

/** What of a verified header the state before its block follows from. */
export interface ProvenHeader {
  readonly height: bigint;
  readonly appHash: Uint8Array;
}

/** What a record held: SHA-256 of what counts of its value, or undefined for no value. */
export type RecordDigest = Uint8Array | undefined;

/** Whether both are the same value, or both none. */
export function sameRecord(a: RecordDigest, b: RecordDigest): boolean {
  return a === undefined || b === undefined ? a === b : equalBytes(a, b);
}

export class ProvenRecords {
  readonly #primitives: Primitives;
  readonly #header: ProvenHeader;
  /** The chain's state was empty when the header was made: nothing has to be proven absent. */
  readonly empty: boolean;
  readonly #proven = new Map<string, RecordDigest>();
  #storeRoot: Uint8Array | undefined;

  constructor(primitives: Primitives, header: ProvenHeader) {
    this.#primitives = primitives;
    this.#header = header;
    this.empty = equalBytes(header.appHash, primitives.sha256(new Uint8Array(0)));
  }

  /**
   * What `record` held before the header's block. What the host has to prove first it proves together with `ahead`, the
   * records that are asked for next. Throws `StateUnproven`.
   */
  before(host: HostCalls, record: ChainRecord, ahead: readonly ChainRecord[]): RecordDigest {
    if (this.empty) return this.#absent(record);
    if (!this.#proven.has(record.id)) {
      const others = ahead.filter(({ id }) => id !== record.id && !this.#proven.has(id));
      this.#prove(host, [record, ...others]);
    }
    return this.#proven.get(record.id);
  }

  #absent({ initial }: ChainRecord): RecordDigest {
    return initial === undefined ? undefined : this.#primitives.sha256(initial);
  }

  #prove(host: HostCalls, records: readonly ChainRecord[]): void {
    const keys = records.map(({ key }) => key);
    const withStore = this.#storeRoot === undefined;
    const answer = host.proveState({ version: this.#header.height - 1n, keys, withStore });
    if (answer.proofs.length !== keys.length) unproven("number of proofs");
    if (this.#proven.size + keys.length > MAX_PROVEN) this.#proven.clear();
    try {
      const root = this.#storeRoot ?? this.#verifyStore(answer.storeProof);
      const digests = answer.proofs.map((proof, i) => this.#verifyRecord(root, records[i] as ChainRecord, proof));
      this.#storeRoot = root;
      for (const [i, { id }] of records.entries()) this.#proven.set(id, digests[i]);
    } catch (error) {
      if (error instanceof LightClientError) unproven(error.code);
      throw error;
    }
  }

  /** Root of the store's tree, which the app hash commits to. */
  #verifyStore(bytes: Uint8Array): Uint8Array {
    const proof = decodeCommitmentProof(bytes);
    const root = proof.exist?.value ?? new Uint8Array(0);
    verifyMembership(this.#primitives, { spec: tendermintSpec, root: this.#header.appHash }, proof, STORE, root);
    return root;
  }

  #verifyRecord(root: Uint8Array, record: ChainRecord, bytes: Uint8Array): RecordDigest {
    const { key, part } = record;
    const proof = decodeCommitmentProof(bytes);
    const tree = { spec: iavlSpec, root };
    if (proof.exist === undefined) {
      verifyNonMembership(this.#primitives, tree, proof, key);
      return this.#absent(record);
    }
    const { value } = proof.exist;
    verifyMembership(this.#primitives, tree, proof, key, value);
    return this.#primitives.sha256(part === undefined ? value : part(value));
  }
}
