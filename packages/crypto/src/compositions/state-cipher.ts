/**
 * State encryption of one contract: record names and values, current and older form, one by one and for a whole flush.
 *
 * Spec: 02 §7.4, §7.5. Names are encrypted without headers under the second seed, so that they never change; values
 * under the last seed with the encrypted name and a salt as headers.
 * PERF(spec 06 §5): derived keys live as long as this object; a caller keeps one per contract.
 * @module
 */
import { concatBytes } from "@enclavenet/common";
import { cryptoUsageError, requireLength } from "../errors.ts";
import type { Primitives } from "../primitives.ts";
import type { SecretBytes } from "../secret-bytes.ts";
import { CONTRACT_KEY_LENGTH } from "./contract-key.ts";
import { deriveKey } from "./key-derivation.ts";
import {
  encodeStateName,
  encodeStateValue,
  LEGACY_AD_LENGTH,
  type StateValueRecord,
  tryDecodeStateValue,
} from "./state-record.ts";

const NO_HEADERS: readonly Uint8Array[] = [];

/** A record name in its encrypted forms. Depends on contract and name only, so it may be cached. */
export interface EncryptedName {
  /** Ciphertext; first header of the value. */
  readonly ciphertext: Uint8Array;
  /** Name in the contract's part of the store. */
  readonly dbKey: Uint8Array;
}

/** A value to store. */
export interface PlainRecord {
  readonly name: Uint8Array;
  readonly value: Uint8Array;
}

/** A value ready for the store, and the older name that has to be deleted first (spec 02 §7.5). */
export interface SealedRecord {
  readonly dbKey: Uint8Array;
  readonly dbValue: Uint8Array;
  readonly legacyDbKey: Uint8Array;
}

/** Encrypts and decrypts the records of one contract. */
export class StateCipher {
  readonly #primitives: Primitives;
  readonly #stateIkms: readonly SecretBytes[];
  readonly #ogContractKey: Uint8Array;
  readonly #nameKey: SecretBytes;
  /** Value keys by seed id, derived when first needed. */
  readonly #valueKeys = new Map<number, SecretBytes>();

  /**
   * `stateIkms` are all seeds' (`NetworkKeys.stateIkms`). State always uses the *original* contract key, also after
   * a migration.
   */
  constructor(primitives: Primitives, stateIkms: readonly SecretBytes[], ogContractKey: Uint8Array) {
    const second = stateIkms[1];
    if (second === undefined) throw cryptoUsageError("state encryption needs two seeds");
    requireLength(ogContractKey, CONTRACT_KEY_LENGTH, "contract key");
    this.#primitives = primitives;
    this.#stateIkms = stateIkms;
    this.#ogContractKey = ogContractKey.slice();
    this.#nameKey = deriveKey(primitives, second, this.#ogContractKey);
  }

  /** Encrypted form of a record name. */
  encryptName(name: Uint8Array): EncryptedName {
    return encryptedName(this.#primitives.aesSivSeal(this.#nameKey, NO_HEADERS, name));
  }

  /** Encrypted forms of many record names. */
  encryptNames(names: readonly Uint8Array[]): EncryptedName[] {
    const items = names.map((name) => ({ headers: NO_HEADERS, text: name }));
    return this.#primitives.aesSivSealMany(this.#nameKey, items).map(encryptedName);
  }

  /** Stored bytes of a value under the last seed. */
  sealValue(name: EncryptedName, salt: Uint8Array, value: Uint8Array): Uint8Array {
    const seedId = this.#stateIkms.length;
    const ciphertext = this.#primitives.aesSivSeal(this.#valueKey(seedId), [name.ciphertext, salt], value);
    return encodeStateValue({ salt, ciphertext, seedId });
  }

  /** A whole flush, in the order given. `names` may hold already encrypted names, by index. */
  sealRecords(
    records: readonly PlainRecord[],
    salt: Uint8Array,
    names: readonly EncryptedName[] = this.encryptNames(records.map((record) => record.name)),
  ): SealedRecord[] {
    if (names.length !== records.length) throw cryptoUsageError("one encrypted name per record");
    const seedId = this.#stateIkms.length;
    const items = records.map((record, i) => ({
      headers: [(names[i] as EncryptedName).ciphertext, salt],
      text: record.value,
    }));
    return this.#primitives.aesSivSealMany(this.#valueKey(seedId), items).map((ciphertext, i) => ({
      dbKey: (names[i] as EncryptedName).dbKey,
      dbValue: encodeStateValue({ salt, ciphertext, seedId }),
      legacyDbKey: this.legacyDbKey((records[i] as PlainRecord).name),
    }));
  }

  /** Opens a stored value; undefined when malformed, of an unknown seed, or not authentic for this name. */
  openValue(name: EncryptedName, dbValue: Uint8Array): Uint8Array | undefined {
    const record = tryDecodeStateValue(dbValue);
    if (record === undefined || !this.#hasSeed(record.seedId)) return undefined;
    const headers = [name.ciphertext, record.salt];
    return this.#primitives.aesSivOpen(this.#valueKey(record.seedId), headers, record.ciphertext);
  }

  /** Opens many stored values, by index; values of several seeds may be mixed. */
  openValues(
    items: readonly { readonly name: EncryptedName; readonly dbValue: Uint8Array }[],
  ): (Uint8Array | undefined)[] {
    const records = items.map((item) => tryDecodeStateValue(item.dbValue));
    const bySeed = new Map<number, number[]>();
    records.forEach((record, index) => {
      if (record === undefined || !this.#hasSeed(record.seedId)) return;
      const indices = bySeed.get(record.seedId);
      if (indices === undefined) bySeed.set(record.seedId, [index]);
      else indices.push(index);
    });
    const opened = new Array<Uint8Array | undefined>(items.length).fill(undefined);
    for (const [seedId, indices] of bySeed) {
      const sealed = indices.map((index) => {
        const record = records[index] as StateValueRecord;
        const name = (items[index] as { readonly name: EncryptedName }).name;
        return { headers: [name.ciphertext, record.salt], text: record.ciphertext };
      });
      this.#primitives.aesSivOpenMany(this.#valueKey(seedId), sealed).forEach((value, i) => {
        opened[indices[i] as number] = value;
      });
    }
    return opened;
  }

  /** Name of a record in the older form: a plain hash. spec 02 §7.5 */
  legacyDbKey(name: Uint8Array): Uint8Array {
    return this.#primitives.sha256(concatBytes(name, this.#ogContractKey));
  }

  /** Opens a value of the older form; undefined when too short or not authentic. */
  openLegacyValue(name: Uint8Array, dbValue: Uint8Array): Uint8Array | undefined {
    if (dbValue.length < LEGACY_AD_LENGTH) return undefined;
    const key = this.#legacyValueKey(name);
    const headers = [dbValue.subarray(0, LEGACY_AD_LENGTH)];
    const value = this.#primitives.aesSivOpen(key, headers, dbValue.subarray(LEGACY_AD_LENGTH));
    key.wipe();
    return value;
  }

  /** Value in the older form. Nothing writes it any more; the importers of old networks and tests need it. */
  sealLegacyValue(name: Uint8Array, ad: Uint8Array, value: Uint8Array): Uint8Array {
    requireLength(ad, LEGACY_AD_LENGTH, "associated data");
    const key = this.#legacyValueKey(name);
    const sealed = concatBytes(ad, this.#primitives.aesSivSeal(key, [ad], value));
    key.wipe();
    return sealed;
  }

  /** Best-effort erasure of the derived keys. The object is unusable afterwards. */
  wipe(): void {
    this.#nameKey.wipe();
    for (const key of this.#valueKeys.values()) key.wipe();
  }

  #legacyValueKey(name: Uint8Array): SecretBytes {
    const genesis = this.#stateIkms[0] as SecretBytes;
    return deriveKey(this.#primitives, genesis, concatBytes(this.legacyDbKey(name), this.#ogContractKey));
  }

  #hasSeed(seedId: number): boolean {
    return seedId >= 1 && seedId <= this.#stateIkms.length;
  }

  #valueKey(seedId: number): SecretBytes {
    const known = this.#valueKeys.get(seedId);
    if (known !== undefined) return known;
    const key = deriveKey(this.#primitives, this.#stateIkms[seedId - 1] as SecretBytes, this.#ogContractKey);
    this.#valueKeys.set(seedId, key);
    return key;
  }
}

function encryptedName(ciphertext: Uint8Array): EncryptedName {
  return { ciphertext, dbKey: encodeStateName(ciphertext) };
}
