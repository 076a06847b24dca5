/**
 * Messages as tables of fields: one strict decoder and one canonical encoder for all of them.
 *
 * Rules (spec 04 §6.1): an unknown field is refused, unless the message lets non-critical ones pass; a field that is not
 * repeated occurs once; a field has its own wire type; fields may come in any order, but are written in ascending order
 * with defaults left out.
 * @module
 */
import { concatBytes } from "@enclavenet/common";
import { WireError } from "../errors.ts";
import { ProtoReader, readText } from "./reader.ts";
import { bytesField, messageField, sfixed64Field, varintField } from "./writer.ts";

/** Messages nest at most this deep. */
const MAX_DEPTH = 16;

/** Set in the number of a field that a reader may ignore (ADR-020). */
const NON_CRITICAL_BIT = 1 << 10;

/** How one field's value is read and written. */
export interface FieldType<T> {
  readonly wireType: number;
  readonly initial: () => T;
  readonly repeated: boolean;
  read(reader: ProtoReader, depth: number, previous: T): T;
  write(number: number, value: T): Uint8Array;
}

function scalar<T>(
  wireType: number,
  initial: T,
  read: (reader: ProtoReader) => T,
  write: (number: number, value: T) => Uint8Array,
): FieldType<T> {
  return { wireType, initial: () => initial, repeated: false, read, write };
}

const EMPTY = new Uint8Array(0);

export const bytesType: FieldType<Uint8Array> = scalar(2, EMPTY, (r) => r.lengthDelimited().slice(), bytesField);
export const textType: FieldType<string> = scalar(2, "", (r) => readText(r.lengthDelimited()), bytesField);
export const uint64Type: FieldType<bigint> = scalar(0, 0n, (r) => r.varint(), varintField);
export const int64Type: FieldType<bigint> = scalar(0, 0n, (r) => BigInt.asIntN(64, r.varint()), varintField);
/** Truncated to 32 bits, as protobuf does. */
export const uint32Type: FieldType<number> = scalar(0, 0, (r) => Number(BigInt.asUintN(32, r.varint())), varintField);
export const int32Type: FieldType<number> = scalar(0, 0, (r) => Number(BigInt.asIntN(32, r.varint())), varintField);
export const boolType: FieldType<boolean> = scalar(
  0,
  false,
  (r) => r.varint() !== 0n,
  (number, value) => varintField(number, value ? 1 : 0),
);
export const sfixed64Type: FieldType<bigint> = scalar(1, 0n, (r) => BigInt.asIntN(64, r.fixed64()), sfixed64Field);

/** A message inside a message; absent is undefined. */
export function optionalMessage<T>(codec: () => MessageCodec<T>): FieldType<T | undefined> {
  return {
    wireType: 2,
    initial: () => undefined,
    repeated: false,
    read: (reader, depth) => codec().decodeAt(reader.lengthDelimited(), depth + 1),
    write: (number, value) => (value === undefined ? EMPTY : messageField(number, codec().encode(value))),
  };
}

/** A message that is always written, also when all its fields are defaults (gogoproto nullable=false). */
export function embeddedMessage<T>(codec: () => MessageCodec<T>): FieldType<T> {
  return {
    wireType: 2,
    initial: () => codec().decodeAt(EMPTY, 0),
    repeated: false,
    read: (reader, depth) => codec().decodeAt(reader.lengthDelimited(), depth + 1),
    write: (number, value) => messageField(number, codec().encode(value)),
  };
}

function listOf<T>(
  read: (content: Uint8Array, depth: number) => T,
  write: (value: T) => Uint8Array,
): FieldType<readonly T[]> {
  return {
    wireType: 2,
    initial: () => [],
    repeated: true,
    read(reader, depth, previous) {
      // The list belongs to the message that is being decoded; appending keeps a long list linear.
      (previous as T[]).push(read(reader.lengthDelimited(), depth));
      return previous;
    },
    write: (number, values) => concatBytes(...values.map((value) => messageField(number, write(value)))),
  };
}

export function repeatedMessage<T>(codec: () => MessageCodec<T>): FieldType<readonly T[]> {
  return listOf(
    (content, depth) => codec().decodeAt(content, depth + 1),
    (value) => codec().encode(value),
  );
}

export const repeatedBytes: FieldType<readonly Uint8Array[]> = listOf(
  (content) => content.slice(),
  (value) => value,
);

export const repeatedText: FieldType<readonly string[]> = listOf(readText, (value) => new TextEncoder().encode(value));

/** A named field: its number and type. */
export type Field<T> = readonly [number: number, type: FieldType<T>];

type Fields<T> = { readonly [K in keyof T]: Field<T[K]> };

export interface MessageCodec<T> {
  decode(bytes: Uint8Array): T;
  decodeAt(bytes: Uint8Array, depth: number): T;
  encode(value: T): Uint8Array;
}

export interface MessageOptions {
  /** Unknown fields with the non-critical bit pass. */
  readonly allowNonCritical?: boolean;
  /** Only the canonical encoding is accepted: ascending fields, shortest varints (ADR-027). */
  readonly canonical?: boolean;
}

/** Builds the codec of one message from its table of fields. */
export function messageCodec<T extends object>(
  name: string,
  fields: Fields<T>,
  options: MessageOptions = {},
): MessageCodec<T> {
  const entries = Object.entries(fields) as [keyof T & string, Field<unknown>][];
  const ordered = [...entries].sort(([, a], [, b]) => a[0] - b[0]);
  const byNumber = new Map(entries.map(([key, [number, type]]) => [number, { key, type }]));

  const decodeAt = (bytes: Uint8Array, depth: number): T => {
    if (depth > MAX_DEPTH) throw new WireError("messages nest too deep");
    const out: Record<string, unknown> = {};
    for (const [key, [, type]] of entries) out[key] = type.initial();
    const seen = new Set<number>();
    const reader = new ProtoReader(bytes);
    let last = 0;
    while (!reader.done) {
      const { number, wireType } = reader.tag();
      const field = byNumber.get(number);
      if (options.canonical === true && number < last) throw new WireError(`${name}: fields are not in order`);
      last = number;
      if (field === undefined) {
        if (options.allowNonCritical !== true || (number & NON_CRITICAL_BIT) === 0) {
          throw new WireError(`${name}: unknown field ${number}`);
        }
        reader.skip(wireType);
        continue;
      }
      if (wireType !== field.type.wireType) throw new WireError(`${name}: field ${number} has another wire type`);
      if (!field.type.repeated && seen.has(number)) throw new WireError(`${name}: field ${number} occurs twice`);
      seen.add(number);
      out[field.key] = field.type.read(reader, depth, out[field.key]);
    }
    if (options.canonical === true && !reader.minimal) throw new WireError(`${name}: not in canonical form`);
    return out as T;
  };
  return {
    decode: (bytes) => decodeAt(bytes, 0),
    decodeAt,
    encode: (value) => concatBytes(...ordered.map(([key, [number, type]]) => type.write(number, value[key]))),
  };
}
