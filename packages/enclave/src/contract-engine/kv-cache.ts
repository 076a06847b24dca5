/**
 * State of one contract during one call: writes are held back until the wasm run ends, reads of untouched records go to
 * the host each time, removals happen at once.
 *
 * Spec: 03 §1.5, 02 §7.4–7.6. Where upstream orders the flush by plaintext key (or shuffles it), this orders it by
 * ciphertext: the host learns nothing from the order, and the final state is the same.
 * Trust: what the host answers is believed only if it decrypts under the record's own name and the contract's own key.
 * @module
 */
import { compareBytes, toHex } from "@enclavenet/common";
import type { EncryptedName, PlainRecord, StateCipher } from "@enclavenet/crypto";
import { EnclaveError } from "@enclavenet/enclave-api";
import type { HostCalls } from "../host-calls.ts";

/** Names of a record that the host is asked for. */
export interface RecordNames {
  readonly key: Uint8Array;
  readonly legacyKey: Uint8Array;
}

/** All state reads of the engine pass here, so that caches and proof-checked reads can be put in front of the host. */
export interface StateReader {
  read(names: RecordNames): { readonly stored: Uint8Array | undefined; readonly sdkGas: bigint };
}

/** Reads records from the host, one crossing for both names. */
export function hostStateReader(host: HostCalls): StateReader {
  return {
    read(names) {
      const { value, legacyValue, sdkGas } = host.readState(names);
      // A network born with this software has no legacy records; one that appears was made up by the host.
      if (legacyValue !== undefined) throw new EnclaveError("HostMisbehavior", { check: "legacy record" });
      return { stored: value, sdkGas };
    },
  };
}

/** What the host has to delete and to set, both ordered by ciphertext. */
export interface FlushedState {
  readonly legacyDeletes: readonly Uint8Array[];
  readonly writes: readonly { readonly key: Uint8Array; readonly value: Uint8Array }[];
}

export class KvCache {
  readonly #cipher: StateCipher;
  readonly #reader: StateReader;
  readonly #host: HostCalls;
  /** Hex of the plaintext key → what was written last. */
  readonly #writes = new Map<string, PlainRecord>();
  /** Hex of the plaintext key → its encrypted form; a contract uses the same few names again and again. */
  readonly #names = new Map<string, EncryptedName>();

  constructor(cipher: StateCipher, reader: StateReader, host: HostCalls) {
    this.#cipher = cipher;
    this.#reader = reader;
    this.#host = host;
  }

  #name(hex: string, key: Uint8Array): EncryptedName {
    const known = this.#names.get(hex);
    if (known !== undefined) return known;
    const name = this.#cipher.encryptName(key);
    this.#names.set(hex, name);
    return name;
  }

  read(key: Uint8Array): { value: Uint8Array | undefined; sdkGas: bigint } {
    const hex = toHex(key);
    const written = this.#writes.get(hex);
    if (written !== undefined) return { value: written.value, sdkGas: 0n };
    const name = this.#name(hex, key);
    const { stored, sdkGas } = this.#reader.read({ key: name.dbKey, legacyKey: this.#cipher.legacyDbKey(key) });
    if (stored === undefined) return { value: undefined, sdkGas };
    const value = this.#cipher.openValue(name, stored);
    if (value === undefined) throw new EnclaveError("DecryptionError", { check: "state record" });
    return { value, sdkGas };
  }

  write(key: Uint8Array, value: Uint8Array): void {
    this.#writes.set(toHex(key), { name: key, value });
  }

  remove(key: Uint8Array): { sdkGas: bigint } {
    const hex = toHex(key);
    this.#writes.delete(hex);
    return this.#host.removeState({ key: this.#name(hex, key).dbKey, legacyKey: this.#cipher.legacyDbKey(key) });
  }

  /** Encrypts everything written, under one salt. */
  flush(salt: Uint8Array): FlushedState {
    const entries = [...this.#writes.entries()];
    const records = entries.map(([, record]) => record);
    const names = entries.map(([hex, record]) => this.#name(hex, record.name));
    const sealed = this.#cipher.sealRecords(records, salt, names);
    return {
      legacyDeletes: sealed.map((record) => record.legacyDbKey).sort(compareBytes),
      writes: sealed
        .map((record) => ({ key: record.dbKey, value: record.dbValue }))
        .sort((a, b) => compareBytes(a.key, b.key)),
    };
  }
}
