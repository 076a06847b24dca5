/**
 * One type in both forms of legacy amino: the binary form of go-amino 0.16 and its JSON (spec 04 §6.3, §4.2). Numbers of a
 * struct's fields are places in the declaration, not protobuf's numbers; default values are left out.
 * @module
 */
import type { JsonValue } from "@bufbuild/protobuf";
import { joinBytes, LocalError } from "@enclavenet/common";
import { WireCursor } from "../../tx/wire-cursor.ts";

/** A type of legacy amino. */
export interface AminoCodec<T> {
  /** 0: a varint. 2: bytes behind their length. */
  readonly wireType: 0 | 2;
  /** Of a list whose elements are fields of their own. */
  readonly element?: AminoCodec<unknown>;
  isDefault(value: T): boolean;
  /** The varint, or the content without its length. */
  write(value: T): Uint8Array;
  read(bytes: Uint8Array, depth: number): T;
  toJson(value: T): JsonValue;
  fromJson(json: JsonValue, depth: number): T;
  /** What a field that is absent holds. */
  zero(): T;
}

/** A field of a struct, in the order of the declaration. */
export interface AminoField<S> {
  readonly name: string;
  readonly codec: AminoCodec<unknown>;
  /** Whether JSON shows a default value. */
  readonly keepsEmpty: boolean;
  /** Whether Go holds a pointer: what is there is then written although it may be empty. */
  readonly isPointer?: boolean;
  get(struct: S): unknown;
  set(struct: S, value: unknown): void;
}

/** Types of legacy amino nest at most this deep. */
const MAX_DEPTH = 16;

/** The error for what legacy amino does not hold. */
export function aminoError(reason: string): LocalError {
  return new LocalError("PROTO_AMINO", reason);
}

/** Throws `PROTO_TOO_DEEP`. */
export function deeper(depth: number): number {
  if (depth >= MAX_DEPTH) throw new LocalError("PROTO_TOO_DEEP", `types nest deeper than ${MAX_DEPTH}`);
  return depth + 1;
}

/** The shortest varint of a number of 64 bits. */
export function uvarint(value: bigint): Uint8Array {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
  out.push(Number(rest));
  return Uint8Array.from(out);
}

/** The fields of a JSON object. Throws `PROTO_AMINO`. */
export function jsonObject(json: JsonValue): Readonly<Record<string, JsonValue>> {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return json;
  throw aminoError("json: expected an object");
}

function entry(number: number, wireType: 0 | 2, content: Uint8Array): Uint8Array[] {
  const tag = uvarint(BigInt((number << 3) | wireType));
  return wireType === 0 ? [tag, content] : [tag, uvarint(BigInt(content.length)), content];
}

function writeField<S>(struct: S, field: AminoField<S>, number: number): Uint8Array[] {
  const { codec } = field;
  const value = field.get(struct);
  if (codec.isDefault(value)) return [];
  const { element } = codec;
  if (element !== undefined) {
    return (value as readonly unknown[]).flatMap((item) => entry(number, 2, element.write(item)));
  }
  const content = codec.write(value);
  return content.length === 0 && field.isPointer !== true ? [] : entry(number, codec.wireType, content);
}

function checkEntry(codec: AminoCodec<unknown> | undefined, number: number, wireType: number, last: number): void {
  if (number < last || (number === last && codec?.element === undefined)) {
    throw aminoError(`encountered fieldNum: ${number}, but we have already seen fnum: ${last}`);
  }
  if (codec !== undefined && wireType !== codec.wireType) {
    throw aminoError(`expected field type ${codec.wireType} for # ${number}, got ${wireType}`);
  }
}

/** Reads what `write` wrote; later fields than those known are skipped, as upstream skips them. */
function readFields<S>(bytes: Uint8Array, struct: S, fields: readonly AminoField<S>[], depth: number): void {
  const cursor = new WireCursor(bytes);
  let last = 0;
  let items: unknown[] = [];
  while (!cursor.isAtEnd) {
    const { number, wireType } = cursor.tag();
    const field = fields[number - 1];
    checkEntry(field?.codec, number, wireType, last);
    const content = cursor.field(wireType);
    if (field !== undefined) {
      const { codec } = field;
      // The elements of a list stand together.
      if (number !== last) items = [];
      if (codec.element === undefined) field.set(struct, codec.read(content, depth));
      else if (items.push(codec.element.read(content, depth)) === 1) field.set(struct, items);
    }
    last = number;
  }
}

/** A struct; `fields` is asked for at first use, so that types may contain themselves. */
export function structCodec<S>(create: () => S, fields: () => readonly AminoField<S>[]): AminoCodec<S> {
  return {
    wireType: 2,
    isDefault: (struct) => struct === undefined,
    zero: create,
    write: (struct) => joinBytes(fields().flatMap((field, index) => writeField(struct, field, index + 1))),
    read(bytes, depth) {
      const struct = create();
      readFields(bytes, struct, fields(), deeper(depth));
      return struct;
    },
    toJson(struct) {
      const shown = fields().filter((field) => field.keepsEmpty || !field.codec.isDefault(field.get(struct)));
      return Object.fromEntries(shown.map((field) => [field.name, field.codec.toJson(field.get(struct))]));
    },
    fromJson(json, depth) {
      const below = deeper(depth);
      const object = jsonObject(json);
      const struct = create();
      for (const field of fields()) {
        const value = Object.hasOwn(object, field.name) ? object[field.name] : undefined;
        if (value === undefined || value === null) continue;
        field.set(struct, field.codec.fromJson(value, below));
      }
      return struct;
    },
  };
}
