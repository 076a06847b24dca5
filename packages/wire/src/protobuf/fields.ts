/**
 * Types of the fields of a message: how each is read, written, and what it is when absent.
 * @module
 */
import { joinBytes } from "@enclavenet/common";
import { WireError } from "../errors.ts";
import { type ProtoReader, readText } from "./reader.ts";
import { bytesField, messageField, varintField } from "./writer.ts";

/** What a field that holds a message needs of that message's codec. */
interface NestedCodec<T> {
  decodeAt(bytes: Uint8Array, depth: number): T;
  encode(value: T): Uint8Array;
}

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

/** Elements of one list: two bytes of input must not become an unbounded number of objects. */
const MAX_LIST_LENGTH = 65_536;

const EMPTY = new Uint8Array(0);

export const bytesType: FieldType<Uint8Array> = scalar(2, EMPTY, (r) => r.lengthDelimited().slice(), bytesField);
export const textType: FieldType<string> = scalar(2, "", (r) => readText(r.lengthDelimited()), bytesField);
export const uint64Type: FieldType<bigint> = scalar(0, 0n, (r) => r.varint(), varintField);
export const int64Type: FieldType<bigint> = scalar(0, 0n, (r) => BigInt.asIntN(64, r.varint()), varintField);
export const boolType: FieldType<boolean> = scalar(
  0,
  false,
  (r) => r.varint() !== 0n,
  (number, value) => varintField(number, value ? 1n : 0n),
);
/** Truncated to 32 bits, as protobuf does. */
export const uint32Type: FieldType<number> = scalar(0, 0, (r) => Number(BigInt.asUintN(32, r.varint())), varintField);
export const int32Type: FieldType<number> = scalar(0, 0, (r) => Number(BigInt.asIntN(32, r.varint())), varintField);

/** A message inside a message; absent is undefined. Codecs come as functions, so that messages may contain themselves. */
export function optionalMessage<T>(codec: () => NestedCodec<T>): FieldType<T | undefined> {
  return {
    wireType: 2,
    initial: () => undefined,
    repeated: false,
    read: (reader, depth) => codec().decodeAt(reader.lengthDelimited(), depth + 1),
    write: (number, value) => (value === undefined ? EMPTY : messageField(number, codec().encode(value))),
  };
}

/** A message that is always written, also when all its fields are defaults (gogoproto nullable=false). */
export function embeddedMessage<T>(codec: () => NestedCodec<T>): FieldType<T> {
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
      if (previous.length >= MAX_LIST_LENGTH) throw new WireError("a list is too long");
      // The list belongs to the message that is being decoded; appending keeps a long list linear.
      (previous as T[]).push(read(reader.lengthDelimited(), depth));
      return previous;
    },
    write: (number, values) => joinBytes(values.map((value) => messageField(number, write(value)))),
  };
}

export function repeatedMessage<T>(codec: () => NestedCodec<T>): FieldType<readonly T[]> {
  return listOf(
    (content, depth) => codec().decodeAt(content, depth + 1),
    (value) => codec().encode(value),
  );
}

export const repeatedBytes: FieldType<readonly Uint8Array[]> = listOf(
  (content) => content.slice(),
  (value) => value,
);
