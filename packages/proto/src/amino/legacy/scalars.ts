/**
 * Numbers, text, bytes and lists of legacy amino.
 * @module
 */
import type { JsonValue } from "@bufbuild/protobuf";
import { bytesToUtf8, fromBase64, joinBytes, toBase64, utf8ToBytes } from "@enclavenet/common";
import { canonicalInteger } from "../../json/numbers.ts";
import type { AddressCodec } from "../../json/options.ts";
import { WireCursor } from "../../tx/wire-cursor.ts";
import { type AminoCodec, aminoError, uvarint } from "./codec.ts";

function text(json: JsonValue): string {
  if (typeof json !== "string") throw aminoError("json: expected a string");
  return json;
}

function varint(bytes: Uint8Array): bigint {
  return new WireCursor(bytes).varint().value;
}

function inRange(value: bigint, low: bigint, high: bigint): bigint {
  if (value < low || value > high) throw aminoError("a number is out of the range of its type");
  return value;
}

/** 64 bits: text in JSON. */
export function int64Codec(isSigned: boolean): AminoCodec<bigint> {
  const [low, high] = isSigned ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
  return {
    wireType: 0,
    zero: () => 0n,
    isDefault: (value) => value === 0n,
    write: uvarint,
    read: (bytes) => (isSigned ? BigInt.asIntN(64, varint(bytes)) : varint(bytes)),
    toJson: (value) => value.toString(),
    fromJson(json) {
      const digits = text(json);
      if (!/^-?(0|[1-9]\d{0,19})$/.test(digits)) throw aminoError("a 64-bit number is not in quotes, or no number");
      return inRange(BigInt(digits), low, high);
    },
  };
}

/** 32 bits, and enums: numbers in JSON. */
export function int32Codec(isSigned: boolean): AminoCodec<number> {
  const [low, high] = isSigned ? [-(2n ** 31n), 2n ** 31n - 1n] : [0n, 2n ** 32n - 1n];
  return {
    wireType: 0,
    zero: () => 0,
    isDefault: (value) => value === 0,
    write: (value) => uvarint(BigInt(value)),
    read: (bytes) => Number(inRange(isSigned ? BigInt.asIntN(64, varint(bytes)) : varint(bytes), low, high)),
    toJson: (value) => value,
    fromJson(json) {
      if (typeof json !== "number" || !Number.isSafeInteger(json)) throw aminoError("json: expected a whole number");
      return Number(inRange(BigInt(json), low, high));
    },
  };
}

export const boolCodec: AminoCodec<boolean> = {
  wireType: 0,
  zero: () => false,
  isDefault: (value) => !value,
  write: (value) => uvarint(value ? 1n : 0n),
  read: (bytes) => inRange(varint(bytes), 0n, 1n) === 1n,
  toJson: (value) => value,
  fromJson(json) {
    if (typeof json !== "boolean") throw aminoError("json: expected true or false");
    return json;
  },
};

export const stringCodec: AminoCodec<string> = {
  wireType: 2,
  zero: () => "",
  isDefault: (value) => value === "",
  write: utf8ToBytes,
  read: (bytes) => bytesToUtf8(bytes),
  toJson: (value) => value,
  fromJson: text,
};

/** A whole number that Go holds as math.Int: its text, "0" where nothing is set. */
export const integerCodec: AminoCodec<string> = {
  wireType: 2,
  zero: () => "0",
  isDefault: () => false,
  write: (value) => utf8ToBytes(canonicalInteger(value)),
  read: (bytes) => canonicalInteger(bytesToUtf8(bytes)),
  toJson: canonicalInteger,
  fromJson: (json) => canonicalInteger(text(json)),
};

export const bytesCodec: AminoCodec<Uint8Array> = {
  wireType: 2,
  zero: () => new Uint8Array(0),
  isDefault: (value) => value.length === 0,
  write: (value) => value,
  read: (bytes) => bytes,
  toJson: (value) => (value.length === 0 ? null : toBase64(value)),
  fromJson: (json) => fromBase64(text(json)),
};

/** Bytes of Go's AccAddress: JSON shows its text, unlike that of sign documents. */
export function addressCodec({ toText, fromText }: AddressCodec): AminoCodec<Uint8Array> {
  return {
    ...bytesCodec,
    toJson: (value) => toText(value),
    fromJson: (json) => fromText(text(json)),
  };
}

/** A list; `empty` is what JSON shows of one without elements. Numbers are packed, all else is repeated. */
export function listCodec<T>(element: AminoCodec<T>, empty: null | []): AminoCodec<readonly T[]> {
  const list: AminoCodec<readonly T[]> = {
    wireType: 2,
    zero: () => [],
    isDefault: (items) => items.length === 0,
    write: (items) => joinBytes(items.map((item) => element.write(item))),
    read(bytes, depth) {
      const cursor = new WireCursor(bytes);
      const items: T[] = [];
      while (!cursor.isAtEnd) items.push(element.read(cursor.field(0), depth));
      return items;
    },
    toJson: (items) => (items.length === 0 ? empty : items.map((item) => element.toJson(item))),
    fromJson(json, depth) {
      if (!Array.isArray(json)) throw aminoError("json: expected a list");
      return json.map((item) => (item === null ? element.zero() : element.fromJson(item, depth)));
    },
  };
  return element.wireType === 0 ? list : { ...list, element: element as AminoCodec<unknown> };
}
