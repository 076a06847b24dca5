/**
 * The host's records as one call sees them: reads answered by hints where the host gave one, by ocalls otherwise.
 *
 * Hints are ocall answers that came early, believed no more than those. The gas comes out the same with and without them:
 * every ocall first reports the hints used before it, and a hint is passed over when its gas might not be left, so that a
 * meter runs out in the same read in any case.
 * @module
 */
import { byteName } from "@enclavenet/common";
import { EnclaveError, type ReadHint } from "@enclavenet/enclave-api";
import type { HostCalls } from "../host-calls.ts";
import type { CallState } from "../state-proofs/block-state.ts";
import { type ChainRecord, stateRecords } from "../state-proofs/chain-records.ts";

/** Names of a record. */
export interface RecordNames {
  readonly key: Uint8Array;
  readonly legacyKey: Uint8Array;
}

/** A stored record, and what reading it cost the caller's meter. */
export interface StoredRecord {
  readonly stored: Uint8Array | undefined;
  readonly sdkGas: bigint;
}

/** What the host offers beside ocalls; queries get nothing. */
export interface ReadAhead {
  readonly hints: readonly ReadHint[];
  readonly sdkGasRemaining: bigint;
}

/** All state reads of the engine pass here; where proofs are demanded, each is held against them. */
export class HostState {
  readonly #host: HostCalls;
  /** Undefined where the host is believed. */
  readonly #proofs: CallState | undefined;
  /** The record's name → index and hint. */
  readonly #hints = new Map<string, { readonly index: number; readonly hint: ReadHint }>();
  readonly #record: (name: Uint8Array) => ChainRecord;
  /** The records that the call will probably read. */
  readonly #hinted: readonly ChainRecord[];
  #sdkGasRemaining: bigint;
  #used: number[] = [];

  constructor(
    host: HostCalls,
    contract: Uint8Array,
    proofs?: CallState,
    ahead: ReadAhead = { hints: [], sdkGasRemaining: 0n },
  ) {
    this.#host = host;
    this.#record = stateRecords(contract);
    this.#proofs = proofs;
    this.#sdkGasRemaining = ahead.sdkGasRemaining;
    this.#hinted = proofs === undefined ? [] : ahead.hints.map(({ key }) => this.#record(key));
    for (const [index, hint] of ahead.hints.entries()) this.#hints.set(byteName(hint.key), { index, hint });
  }

  read(names: RecordNames): StoredRecord {
    const record = this.#ask(names);
    this.#proofs?.check(this.#host, this.#record(names.key), record.stored, this.#hinted);
    return record;
  }

  #ask(names: RecordNames): StoredRecord {
    const ahead = this.#hints.get(byteName(names.key));
    if (ahead !== undefined && ahead.hint.sdkGas <= this.#sdkGasRemaining) {
      this.#used.push(ahead.index);
      this.#spend(ahead.hint.sdkGas);
      return { stored: ahead.hint.value, sdkGas: ahead.hint.sdkGas };
    }
    const { value, legacyValue, sdkGas } = this.#host.readState({ ...names, usedHints: this.takeUsed() });
    // A network born with this software has no legacy records; one that appears was made up by the host.
    // check: record-legacy
    if (legacyValue !== undefined) throw new EnclaveError("HostMisbehavior", { check: "legacy record" });
    this.#spend(sdkGas);
    return { stored: value, sdkGas };
  }

  remove(names: RecordNames): { readonly sdkGas: bigint } {
    this.#hints.delete(byteName(names.key));
    const { sdkGas } = this.#host.removeState({ ...names, usedHints: this.takeUsed() });
    this.#proofs?.wrote(this.#record(names.key), undefined);
    this.#spend(sdkGas);
    return { sdkGas };
  }

  queryChain(request: Uint8Array, depth: number, gasLimit: bigint): { response: Uint8Array; sdkGas: bigint } {
    const answer = this.#host.queryChain({ request, depth, gasLimit, usedHints: this.takeUsed() });
    this.#spend(answer.sdkGas);
    return answer;
  }

  /** Hints that were used and not reported yet; they count as reported from here on. */
  takeUsed(): readonly number[] {
    const used = this.#used;
    this.#used = [];
    return used;
  }

  /** Notes what the call is going to write. */
  flushed(writes: readonly { readonly key: Uint8Array; readonly value: Uint8Array }[]): void {
    for (const { key, value } of writes) this.#proofs?.wrote(this.#record(key), value);
  }

  /** The call failed. */
  failed(): void {
    this.#proofs?.failed();
  }

  /** Reports what a failed call used. */
  settle(): void {
    if (this.#used.length > 0) this.#host.settleReads({ usedHints: this.takeUsed() });
  }

  #spend(sdkGas: bigint): void {
    this.#sdkGasRemaining = sdkGas > this.#sdkGasRemaining ? 0n : this.#sdkGasRemaining - sdkGas;
  }
}
