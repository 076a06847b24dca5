/**
 * Check of a message's bytes against its descriptor before it is decoded: well-formed wire data, no unknown fields
 * (except non-critical ones where allowed), no wire type that the field does not have, every Any of a known type,
 * numbers and text in their proper form (spec 04 §6.1).
 *
 * A field that is not repeated may occur once only. Go would merge or overwrite; two decoders that disagree there must
 * never see such bytes.
 * @module
 */
import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { AnySchema } from "@bufbuild/protobuf/wkt";
import { bytesToUtf8, LocalError } from "@enclavenet/common";
import { fieldOptions } from "../field-options.ts";
import { canonicalInteger } from "../json/numbers.ts";
import { findMessage } from "../registry.ts";
import { malformed, WireCursor } from "./wire-cursor.ts";

/** Messages nest at most this deep, whether directly or through Any. Honest transactions stay below ten. */
const MAX_DEPTH = 16;

/** Set in the number of a field that a reader may ignore. */
const NON_CRITICAL_BIT = 1 << 10;

const WIRE_NAMES = ["varint", "fixed64", "bytes", "start_group", "end_group", "fixed32"] as const;

/** How strict {@link checkBytes} is. */
export interface StrictOptions {
  /** Unknown fields with the non-critical bit in their number pass in the message itself, never below it. */
  readonly allowNonCritical: boolean;
}

const STRICT: StrictOptions = { allowNonCritical: false };

/**
 * Throws LocalError unless `bytes` are a strict encoding of `schema`: `PROTO_DECODE` for malformed data,
 * `PROTO_UNKNOWN_FIELD`, `PROTO_WIRE_TYPE`, `PROTO_DUPLICATE_FIELD`, `PROTO_UNKNOWN_TYPE`, `PROTO_NUMBER`,
 * `PROTO_TOO_DEEP`, `PROTO_LONG_TAG`.
 */
export function checkBytes(schema: DescMessage, bytes: Uint8Array, options: StrictOptions): void {
  checkMessage(schema, new WireCursor(bytes), options, 0);
}

function checkMessage(schema: DescMessage, cursor: WireCursor, options: StrictOptions, depth: number): void {
  if (depth > MAX_DEPTH) throw new LocalError("PROTO_TOO_DEEP", `messages nest deeper than ${MAX_DEPTH}`);
  const isAny = schema.typeName === AnySchema.typeName;
  const seen = new Set<DescField | DescField["oneof"]>();
  let typeUrl = "";
  let value: Uint8Array = new Uint8Array(0);
  while (!cursor.isAtEnd) {
    const { number, wireType } = cursor.tag();
    const field = fieldsByNumber(schema).get(number);
    if (field === undefined) {
      checkUnknown(schema, number, wireType, options);
      cursor.skip(wireType);
      continue;
    }
    checkOnce(schema, field, seen);
    if (wireType !== wireTypeOf(field)) checkPacked(schema, field, wireType);
    const content = cursor.field(wireType);
    if (isAny && number === 1) typeUrl = utf8(field, content);
    else if (isAny) value = content;
    checkContent(field, wireType, content, depth);
  }
  if (isAny) checkAny(typeUrl, value, depth);
}

const numberIndex = new WeakMap<DescMessage, ReadonlyMap<number, DescField>>();

function fieldsByNumber(schema: DescMessage): ReadonlyMap<number, DescField> {
  let index = numberIndex.get(schema);
  if (index === undefined) {
    index = new Map(schema.fields.map((field) => [field.number, field]));
    numberIndex.set(schema, index);
  }
  return index;
}

function checkUnknown(schema: DescMessage, number: number, wireType: number, options: StrictOptions): void {
  if (options.allowNonCritical && (number & NON_CRITICAL_BIT) !== 0) return;
  throw new LocalError(
    "PROTO_UNKNOWN_FIELD",
    `errUnknownField "/${schema.typeName}": {TagNum: ${number}, WireType:"${WIRE_NAMES[wireType] ?? "unknown"}"}`,
  );
}

function checkOnce(schema: DescMessage, field: DescField, seen: Set<DescField | DescField["oneof"]>): void {
  if (field.fieldKind === "list" || field.fieldKind === "map") return;
  const key = field.oneof ?? field;
  if (seen.has(key)) throw new LocalError("PROTO_DUPLICATE_FIELD", `${schema.typeName}.${field.name} occurs twice`);
  seen.add(key);
}

function wireTypeOf(field: DescField): number {
  if (field.message !== undefined) return 2;
  switch (field.scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return 2;
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
    case ScalarType.DOUBLE:
      return 1;
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
    case ScalarType.FLOAT:
      return 5;
    default:
      return 0;
  }
}

/** A list of numbers may also come packed into bytes; any other difference of wire type is refused. */
function checkPacked(schema: DescMessage, field: DescField, wireType: number): void {
  if (wireType === 2 && field.fieldKind === "list") return;
  throw new LocalError("PROTO_WIRE_TYPE", `${schema.typeName}.${field.name} has wire type ${wireType}`);
}

function checkContent(field: DescField, wireType: number, content: Uint8Array, depth: number): void {
  if (wireType !== 2) return;
  if (field.message !== undefined) {
    checkMessage(field.message, new WireCursor(content), STRICT, depth + 1);
  } else if (field.scalar === ScalarType.STRING) {
    const text = utf8(field, content);
    if (fieldOptions(field).customNumber !== undefined) canonicalInteger(text);
  } else if (field.scalar !== ScalarType.BYTES) {
    const cursor = new WireCursor(content);
    while (!cursor.isAtEnd) cursor.skip(wireTypeOf(field));
  }
}

function utf8(field: DescField, content: Uint8Array): string {
  try {
    return bytesToUtf8(content);
  } catch {
    throw malformed(`${field.name} is not UTF-8`);
  }
}

function checkAny(typeUrl: string, value: Uint8Array, depth: number): void {
  const schema = typeUrl.startsWith("/") ? findMessage(typeUrl) : undefined;
  if (schema === undefined) {
    const shown = JSON.stringify(typeUrl.slice(0, 120));
    throw new LocalError("PROTO_UNKNOWN_TYPE", `unable to resolve type URL ${shown}`);
  }
  checkMessage(schema, new WireCursor(value), STRICT, depth + 1);
}
