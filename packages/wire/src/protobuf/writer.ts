/**
 * Writer of protobuf wire data in its shortest form.
 * @module
 */
import { concatBytes, le64, utf8ToBytes } from "@enclavenet/common";

/** Varint of an unsigned integer, modulo 2^64. */
export function uvarint(value: bigint | number): Uint8Array {
  if (value >= 0 && value < 0x80) return Uint8Array.of(Number(value));
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return smallVarint(value);
  let rest = BigInt.asUintN(64, BigInt(value));
  if (rest <= Number.MAX_SAFE_INTEGER) return smallVarint(Number(rest));
  const out: number[] = [];
  while (rest >= 0x80n) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return Uint8Array.from(out);
}

function smallVarint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
  return Uint8Array.from(out);
}

/** Field numbers up to 2^28 stay exact: the shift is a multiplication. */
function tag(number: number, wireType: number): Uint8Array {
  return uvarint(number * 8 + wireType);
}

const NOTHING = new Uint8Array(0);

/** A number field; left out when 0. */
export function varintField(number: number, value: bigint | number): Uint8Array {
  return Number(value) === 0 ? NOTHING : concatBytes(tag(number, 0), uvarint(value));
}

/** A signed fixed-width field; left out when 0. */
export function sfixed64Field(number: number, value: bigint): Uint8Array {
  return value === 0n ? NOTHING : concatBytes(tag(number, 1), le64(value));
}

/** A bytes or text field; left out when empty. */
export function bytesField(number: number, value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === "string" ? utf8ToBytes(value) : value;
  return bytes.length === 0 ? NOTHING : messageField(number, bytes);
}

/** A length-prefixed field that is written also when empty: messages, and elements of lists. */
export function messageField(number: number, bytes: Uint8Array): Uint8Array {
  return concatBytes(tag(number, 2), uvarint(bytes.length), bytes);
}
