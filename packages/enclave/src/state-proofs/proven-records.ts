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

const COMPUTE_STORE = "compute";

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

/** What `#prove` leaves behind of a record is there; the type cannot say so. */
const NOTHING_PROVEN: ProvenValue = { digest: undefined, kept: undefined };

/** `kept`: the value's part itself, of records that say so. */
interface ProvenValue {
  readonly digest: RecordDigest;
  readonly kept: Uint8Array | undefined;
}

export class ProvenRecords {
  readonly #primitives: Primitives;
  readonly #header: ProvenHeader;
  /** The header is over nothing, as that of a first block without contracts in genesis: nothing has to be proven absent. */
  readonly empty: boolean;
  readonly #proven = new Map<string, ProvenValue>();
  /** Name of the store → root of its tree. */
  readonly #storeRoots = new Map<string, Uint8Array>();

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
    return this.#before(host, record, ahead).digest;
  }

  /** The part of a record that is `kept`, as it was before the header's block. Throws `StateUnproven`. */
  keptBefore(host: HostCalls, record: ChainRecord): Uint8Array | undefined {
    return this.#before(host, record, []).kept;
  }

  #before(host: HostCalls, record: ChainRecord, ahead: readonly ChainRecord[]): ProvenValue {
    if (this.empty) return this.#value(record, record.initial);
    const known = this.#proven.get(record.id);
    if (known !== undefined) return known;
    const others = ahead.filter(({ id, store }) => store === record.store && id !== record.id && !this.#proven.has(id));
    this.#prove(host, [record, ...others]);
    return this.#proven.get(record.id) ?? NOTHING_PROVEN;
  }

  #value({ kept }: ChainRecord, part: Uint8Array | undefined): ProvenValue {
    return {
      digest: part === undefined ? undefined : this.#primitives.sha256(part),
      kept: kept === undefined ? undefined : part,
    };
  }

  /** The first record says which store. */
  #prove(host: HostCalls, records: readonly ChainRecord[]): void {
    const keys = records.map(({ key }) => key);
    const store = records[0]?.store ?? COMPUTE_STORE;
    const known = this.#storeRoots.get(store);
    const answer = host.proveState({
      store,
      version: this.#header.height - 1n,
      keys,
      withStore: known === undefined,
    });
    // check: number-of-proofs
    if (answer.proofs.length !== keys.length) unproven("number of proofs");
    if (this.#proven.size + keys.length > MAX_PROVEN) this.#proven.clear();
    try {
      const root = known ?? this.#verifyStore(store, answer.storeProof);
      const values = answer.proofs.map((proof, i) => this.#verifyRecord(root, records[i] as ChainRecord, proof));
      this.#storeRoots.set(store, root);
      for (const [i, { id }] of records.entries()) this.#proven.set(id, values[i] ?? NOTHING_PROVEN);
    } catch (error) {
      if (error instanceof LightClientError) unproven(error.code);
      throw error;
    }
  }

  /** Root of the store's tree, which the app hash commits to. */
  #verifyStore(store: string, bytes: Uint8Array): Uint8Array {
    const proof = decodeCommitmentProof(bytes);
    const root = proof.exist?.value ?? new Uint8Array(0);
    const name = utf8ToBytes(store);
    // check: store-membership
    verifyMembership(this.#primitives, { spec: tendermintSpec, root: this.#header.appHash }, proof, name, root);
    return root;
  }

  #verifyRecord(root: Uint8Array, record: ChainRecord, bytes: Uint8Array): ProvenValue {
    const { key, part } = record;
    const proof = decodeCommitmentProof(bytes);
    const tree = { spec: iavlSpec, root };
    if (proof.exist === undefined) {
      // check: record-absence
      verifyNonMembership(this.#primitives, tree, proof, key);
      return this.#value(record, record.initial);
    }
    const { value } = proof.exist;
    // check: record-membership
    verifyMembership(this.#primitives, tree, proof, key, value);
    return this.#value(record, part === undefined ? value : part(value));
  }
}
