/**
 * Writer of DER: the counterpart of the reader in `encoding/der.ts`, for the few values that certificates hold.
 *
 * Rule: ITU-T X.690 §8, §10, §11.
 * @module
 */
import { concatBytes, utf8ToBytes } from "@enclavenet/common";
import { TAG } from "../encoding/der.ts";

/** X.690 §10.1: the shortest form. */
function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

/** One value: its tag and its contents. */
export function der(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const whole = concatBytes(...content);
  return concatBytes(new Uint8Array([tag, ...lengthOf(whole.length)]), whole);
}

export const sequence = (...members: readonly Uint8Array[]): Uint8Array => der(TAG.sequence, ...members);

/** A positive INTEGER from its big-endian bytes. X.690 §8.3 */
export function integer(bigEndian: Uint8Array): Uint8Array {
  const first = bigEndian.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? new Uint8Array(1) : bigEndian.subarray(first);
  return der(TAG.integer, (digits[0] as number) < 0x80 ? digits : concatBytes(new Uint8Array(1), digits));
}

/** A small non-negative INTEGER. */
export function smallInteger(value: number): Uint8Array {
  return integer(new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]));
}

/** OBJECT IDENTIFIER from its encoded content. */
export const oid = (content: Uint8Array): Uint8Array => der(TAG.oid, content);

export const octetString = (content: Uint8Array): Uint8Array => der(TAG.octetString, content);

/** BIT STRING of whole bytes, unless `unused` bits at its end do not count. */
export function bitString(content: Uint8Array, unused = 0): Uint8Array {
  return der(TAG.bitString, new Uint8Array([unused]), content);
}

export const yes = der(TAG.boolean, new Uint8Array([0xff]));

/** `2025-06-19T10:56:11Z` as UTCTime, from 2050 on as GeneralizedTime: RFC 5280 §4.1.2.5. */
export function time(text: string): Uint8Array {
  const digits = text.replace(/[-:T]/g, "");
  return digits < "2050"
    ? der(TAG.utcTime, utf8ToBytes(digits.slice(2)))
    : der(TAG.generalizedTime, utf8ToBytes(digits));
}
