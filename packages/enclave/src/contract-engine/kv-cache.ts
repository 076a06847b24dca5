/**
 * State of one contract during one call: writes are held back until the wasm run ends, reads of untouched records go to
 * the host each time, removals happen at once.
 *
 * Spec: 03 §1.5, 02 §7.4–7.6. Where upstream orders the flush by plaintext key (or shuffles it), this orders it by
 * ciphertext: the host learns nothing from the order, and the final state is the same.
 * Trust: what the host answers is believed only if it decrypts under the record's own name and the contract's own key.
 * @module
 */
import { byteName, compareBytes } from "@enclavenet/common";
import type { EncryptedName, PlainRecord, StateCipher } from "@enclavenet/crypto";
import { EnclaveError } from "@enclavenet/enclave-api";
import type { HostState } from "./host-state.ts";

/** What the host has to delete and to set, both ordered by ciphertext. */
export interface FlushedState {
  readonly legacyDeletes: readonly Uint8Array[];
  readonly writes: readonly { readonly key: Uint8Array; readonly value: Uint8Array }[];
}

export class KvCache {
  readonly #cipher: StateCipher;
  readonly #host: HostState;
  /** Plaintext key → what was written last. */
  readonly #writes = new Map<string, PlainRecord>();
  /** Plaintext key → its encrypted form; a contract uses the same few names again and again. */
  readonly #names = new Map<string, EncryptedName>();

  constructor(cipher: StateCipher, host: HostState) {
    this.#cipher = cipher;
    this.#host = host;
  }

  #name(text: string, key: Uint8Array): EncryptedName {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const name = this.#cipher.encryptName(key);
    this.#names.set(text, name);
    return name;
  }

  read(key: Uint8Array): { value: Uint8Array | undefined; sdkGas: bigint } {
    const text = byteName(key);
    const written = this.#writes.get(text);
    if (written !== undefined) return { value: written.value, sdkGas: 0n };
    const name = this.#name(text, key);
    const { stored, sdkGas } = this.#host.read({ key: name.dbKey, legacyKey: this.#cipher.legacyDbKey(key) });
    if (stored === undefined) return { value: undefined, sdkGas };
    const value = this.#cipher.openValue(name, stored);
    // check: record-seal
    if (value === undefined) throw new EnclaveError("DecryptionError", { check: "state record" });
    return { value, sdkGas };
  }

  write(key: Uint8Array, value: Uint8Array): void {
    this.#writes.set(byteName(key), { name: key, value });
  }

  remove(key: Uint8Array): { sdkGas: bigint } {
    const text = byteName(key);
    this.#writes.delete(text);
    return this.#host.remove({ key: this.#name(text, key).dbKey, legacyKey: this.#cipher.legacyDbKey(key) });
  }

  /** Encrypts everything written, under one salt. */
  flush(salt: Uint8Array): FlushedState {
    const entries = [...this.#writes.entries()];
    const records = entries.map(([, record]) => record);
    const names = entries.map(([text, record]) => this.#name(text, record.name));
    const sealed = this.#cipher.sealRecords(records, salt, names);
    return {
      legacyDeletes: sealed.map((record) => record.legacyDbKey).sort(compareBytes),
      writes: sealed
        .map((record) => ({ key: record.dbKey, value: record.dbValue }))
        .sort((a, b) => compareBytes(a.key, b.key)),
    };
  }
}
