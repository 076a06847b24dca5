/**
 * Amino JSON by descriptor (spec 04 §6.3): `{"type","value"}` around named types, default values left out unless the
 * field says otherwise, 64-bit integers as text, enums as numbers, bytes in base64 whatever their Go type.
 * @module
 */
import type { DescField, DescMessage, JsonObject, JsonValue, Message, MessageShape } from "@bufbuild/protobuf";
import {
  type Any,
  AnySchema,
  type Duration,
  DurationSchema,
  type Timestamp,
  TimestampSchema,
} from "@bufbuild/protobuf/wkt";
import { LocalError, NANOS_PER_SECOND, toBase64 } from "@enclavenet/common";
import { decodeAny } from "../any.ts";
import { goZero } from "../encode.ts";
import { fieldValue } from "../field-access.ts";
import { fieldOptions, messageOptions } from "../field-options.ts";
import { canonicalInteger, decimalFromWire } from "../json/numbers.ts";
import { checkDepth } from "../json/options.ts";
import { timestampToText } from "../json/times.ts";

/**
 * Amino JSON of a message, as it stands in the `msgs` of a sign document. A type without an amino name goes by its type
 * URL. Throws LocalError (`PROTO_AMINO` for what amino JSON cannot express).
 */
export function toAminoJson<S extends DescMessage>(schema: S, message: MessageShape<S>): JsonObject {
  return { type: nameOf(schema) || `/${schema.typeName}`, value: bareToAmino(schema, message, 0) };
}

function nameOf(schema: DescMessage): string {
  return messageOptions(schema).aminoName;
}

function unsupported(what: string): LocalError {
  return new LocalError("PROTO_AMINO", `${what} has no amino JSON`);
}

function messageToAmino(schema: DescMessage, message: Message, depth: number): JsonValue {
  checkDepth(depth);
  switch (schema.typeName) {
    case AnySchema.typeName: {
      const inner = decodeAny(message as Any);
      const type = nameOf(inner.schema) || `/${inner.schema.typeName}`;
      return { type, value: bareToAmino(inner.schema, inner.message, depth + 1) };
    }
    case TimestampSchema.typeName:
      return timestampToText(message as Timestamp);
    case DurationSchema.typeName: {
      const { seconds, nanos } = message as Duration;
      return (seconds * NANOS_PER_SECOND + BigInt(nanos)).toString();
    }
    default: {
      const type = nameOf(schema);
      const value = bareToAmino(schema, message, depth);
      return type === "" ? value : { type, value };
    }
  }
}

function bareToAmino(schema: DescMessage, message: Message, depth: number): JsonValue {
  if (message.$unknown !== undefined) throw unsupported(`${schema.typeName} with unknown fields`);
  const { aminoEncoding } = messageOptions(schema);
  if (aminoEncoding === "key_field") return keyFieldToAmino(schema, message);
  if (aminoEncoding !== "" && aminoEncoding !== "threshold_string") throw unsupported(schema.typeName);
  const out: JsonObject = {};
  for (const field of schema.fields) {
    if (field.oneof !== undefined) throw unsupported(`${schema.typeName}.${field.oneof.name}`);
    const value = fieldValue(message, field);
    const { aminoName, aminoKeepsEmpty } = fieldOptions(field);
    if (isEmpty(value) && !aminoKeepsEmpty) continue;
    out[aminoName] = fieldToAmino(field, value, depth);
  }
  // Multisig keys print their threshold as text, unlike every other 32-bit number.
  if (aminoEncoding === "threshold_string") out.threshold = String(out.threshold ?? 0);
  return out;
}

/** Keys print as the base64 of their only field. */
function keyFieldToAmino(schema: DescMessage, message: Message): JsonValue {
  const [field] = schema.fields;
  const value = field === undefined ? undefined : fieldValue(message, field);
  if (!(value instanceof Uint8Array) || schema.fields.length !== 1) throw unsupported(schema.typeName);
  return toBase64(value);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === "" || value === 0 || value === 0n || value === false) return true;
  return (Array.isArray(value) || value instanceof Uint8Array) && value.length === 0;
}

function fieldToAmino(field: DescField, value: unknown, depth: number): JsonValue {
  switch (field.fieldKind) {
    case "message":
      return messageToAmino(field.message, (value as Message | undefined) ?? goZero(field), depth + 1);
    case "enum":
      return value as number;
    case "scalar":
      return scalarToAmino(field, value);
    case "list": {
      const items = value as readonly unknown[];
      if (items.length === 0) return fieldOptions(field).aminoEncoding === "legacy_coins" ? [] : null;
      return items.map((item) => {
        if (field.listKind === "message") return messageToAmino(field.message, item as Message, depth + 1);
        return field.listKind === "enum" ? (item as number) : scalarToAmino(field, item);
      });
    }
    case "map":
      throw unsupported(`map field ${field.name}`);
  }
}

function scalarToAmino(field: DescField, value: unknown): JsonValue {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return toBase64(value);
  if (typeof value === "string") {
    const { scalarNumber, customNumber } = fieldOptions(field);
    if (scalarNumber === "int") return canonicalInteger(value);
    if (scalarNumber === "dec" && customNumber === "dec") return decimalFromWire(value);
  }
  return value as string | number | boolean;
}
