/**
 * State encryption beyond the vectors: batches, salts, tampering, malformed records, seeds.
 * @module
 */
import { concatBytes, le64, toHex, utf8ToBytes } from "@enclavenet/common";
import { encodeStateValue, SecretBytes, StateCipher, stateSalt, tryDecodeStateValue } from "@enclavenet/crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { doors } from "./support/doors.ts";

const ikms = [1, 2, 3].map((n) => SecretBytes.from(new Uint8Array(32).fill(n)));
const contractKey = new Uint8Array(64).fill(8);
const salt = stateSalt(5n, 6n, 7n);
const bytes = fc.uint8Array({ maxLength: 200 });

describe.each(doors)("state encryption on $name", (primitives) => {
  const cipher = new StateCipher(primitives, ikms.slice(0, 2), contractKey);
  const rotated = new StateCipher(primitives, ikms, contractKey);

  it("gives a whole flush the same bytes as record by record, and reads it back", () => {
    const records = fc.array(fc.record({ name: bytes, value: bytes }), { maxLength: 12 });
    fc.assert(
      fc.property(records, fc.boolean(), (list, third) => {
        const current = third ? rotated : cipher;
        const sealed = current.sealRecords(list, salt);
        const names = list.map((record) => current.encryptName(record.name));
        expect(current.encryptNames(list.map((record) => record.name))).toEqual(names);
        expect(current.sealRecords(list, salt, names)).toEqual(sealed);
        list.forEach((record, i) => {
          const name = names[i] as (typeof names)[number];
          expect(sealed[i]?.dbKey).toEqual(name.dbKey);
          expect(sealed[i]?.dbValue).toEqual(current.sealValue(name, salt, record.value));
          expect(sealed[i]?.legacyDbKey).toEqual(current.legacyDbKey(record.name));
        });
        const stored = names.map((name, i) => ({ name, dbValue: sealed[i]?.dbValue as Uint8Array }));
        expect(current.openValues(stored)).toEqual(list.map((record) => record.value));
        expect(rotated.openValues(stored)).toEqual(list.map((record) => record.value));
      }),
      { numRuns: 25 },
    );
  });

  it("writes the same value twice as different bytes, under one unchanging name", () => {
    const name = cipher.encryptName(utf8ToBytes("balance"));
    const value = utf8ToBytes("1000");
    const first = cipher.sealValue(name, stateSalt(5n, 6n, 1n), value);
    const second = cipher.sealValue(name, stateSalt(5n, 6n, 2n), value);
    expect(toHex(first)).not.toBe(toHex(second));
    // Not only the salt differs: the ciphertext does.
    expect(toHex(first.subarray(-20))).not.toBe(toHex(second.subarray(-20)));
    expect(cipher.openValue(name, first)).toEqual(value);
    expect(cipher.openValue(name, second)).toEqual(value);
    expect(cipher.encryptName(utf8ToBytes("balance"))).toEqual(name);
    expect(rotated.encryptName(utf8ToBytes("balance"))).toEqual(name);
  });

  it("adds 44 bytes to a name and 56 to a value", () => {
    const name = cipher.encryptName(new Uint8Array(10));
    expect(name.dbKey.length).toBe(10 + 44);
    expect(cipher.sealValue(name, salt, new Uint8Array(10)).length).toBe(10 + 56);
    expect(rotated.sealValue(name, salt, new Uint8Array(10)).length).toBe(10 + 58);
  });

  it("refuses a value under another name, contract, salt or seed, and any changed byte", () => {
    const name = cipher.encryptName(utf8ToBytes("a"));
    const other = cipher.encryptName(utf8ToBytes("b"));
    const stranger = new StateCipher(primitives, ikms.slice(0, 2), new Uint8Array(64).fill(9));
    const dbValue = cipher.sealValue(name, salt, utf8ToBytes("value"));
    expect(cipher.openValue(name, dbValue)).toEqual(utf8ToBytes("value"));
    expect(cipher.openValue(other, dbValue)).toBeUndefined();
    expect(stranger.openValue(name, dbValue)).toBeUndefined();
    for (let i = 0; i < dbValue.length; i++) {
      const changed = dbValue.with(i, (dbValue[i] as number) ^ 1);
      expect(cipher.openValue(name, changed), `byte ${i}`).toBeUndefined();
    }
    const record = tryDecodeStateValue(dbValue);
    if (record === undefined) throw new Error("the control does not decode");
    for (const seedId of [0, 1, 3, 65535]) {
      const suffix = Uint8Array.of(seedId & 255, seedId >> 8);
      expect(rotated.openValue(name, concatBytes(dbValue, suffix)), `seed ${seedId}`).toBeUndefined();
    }
    expect(rotated.openValue(name, concatBytes(dbValue, Uint8Array.of(2, 0)))).toEqual(utf8ToBytes("value"));
    expect(rotated.openValue(name, concatBytes(dbValue, Uint8Array.of(2)))).toBeUndefined();
  });

  it("opens a mixture of good and bad records by index", () => {
    const list = ["a", "b", "c", "d", "e"].map((text) => ({ name: utf8ToBytes(text), value: utf8ToBytes(text) }));
    const names = rotated.encryptNames(list.map((record) => record.name));
    const stored = names.map((name, i) => {
      const by = i % 2 === 0 ? cipher : rotated;
      return { name, dbValue: by.sealValue(name, salt, list[i]?.value as Uint8Array) };
    });
    stored[1] = { name: stored[1]?.name as (typeof names)[number], dbValue: new Uint8Array(3) };
    const expected: (Uint8Array | undefined)[] = list.map((record) => record.value);
    expected[1] = undefined;
    expect(rotated.openValues(stored)).toEqual(expected);
  });

  it("opens older records only under their name", () => {
    const ad = new Uint8Array(32).fill(4);
    const old = cipher.sealLegacyValue(utf8ToBytes("n"), ad, utf8ToBytes("v"));
    expect(cipher.openLegacyValue(utf8ToBytes("n"), old)).toEqual(utf8ToBytes("v"));
    expect(cipher.openLegacyValue(utf8ToBytes("m"), old)).toBeUndefined();
    expect(cipher.openLegacyValue(utf8ToBytes("n"), old.subarray(0, 31))).toBeUndefined();
    expect(cipher.openLegacyValue(utf8ToBytes("n"), old.with(0, 5))).toBeUndefined();
  });
});

describe("state value codec", () => {
  it("round-trips", () => {
    const record = fc.record({ salt: bytes, ciphertext: bytes, seedId: fc.integer({ min: 2, max: 65535 }) });
    fc.assert(
      fc.property(record, (value) => {
        expect(tryDecodeStateValue(encodeStateValue(value))).toEqual(value);
      }),
    );
  });

  it("answers undefined for malformed bytes, and never allocates by a claimed length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
        const record = tryDecodeStateValue(noise);
        if (record !== undefined) expect(record.salt.length + record.ciphertext.length).toBeLessThan(64);
      }),
    );
    expect(tryDecodeStateValue(concatBytes(le64(2n ** 63n), new Uint8Array(40)))).toBeUndefined();
    expect(tryDecodeStateValue(concatBytes(le64(0), le64(2n ** 40n)))).toBeUndefined();
    expect(tryDecodeStateValue(concatBytes(le64(0), le64(0)))).toBeDefined();
    expect(tryDecodeStateValue(concatBytes(le64(0), le64(0), new Uint8Array(3)))).toBeUndefined();
  });
});
