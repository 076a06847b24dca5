/**
 * Messages as the REST gateway prints them: proto field names, defaults emitted, 64-bit integers as text, enums by
 * name, empty bytes null, Any inline (spec 04 §2.2).
 *
 * protobuf-es does not tell nil from empty bytes. Go decodes an absent field to nil, and canonical encodings leave
 * empty bytes out, so empty bytes are null; elements of a list are never nil.
 * @module
 */

import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import {
  type DescEnum,
  type DescField,
  type DescMessage,
  type Message,
  type MessageShape,
  ScalarType,
} from "@bufbuild/protobuf";
import {
  type Any,
  AnySchema,
  type Duration,
  DurationSchema,
  type Timestamp,
  TimestampSchema,
} from "@bufbuild/protobuf/wkt";
import { LocalError, toBase64 } from "@enclavenet/common";
import { decodeAny } from "../any.ts";
import { goZero } from "../encode.ts";
import { fieldValue } from "../field-access.ts";
import { fieldOptions } from "../field-options.ts";
import { canonicalInteger, decimalFromWire } from "./numbers.ts";
import { checkDepth, type JsonOptions } from "./options.ts";
import { durationToText, timestampToText } from "./times.ts";

/** JSON of `message`. Throws LocalError for values that have no JSON form (unknown type URL, bad number or time). */
export function toGogoJson<S extends DescMessage>(
  schema: S,
  message: MessageShape<S>,
  options: JsonOptions,
): JsonValue {
  return messageToJson(schema, message, options, 0);
}

function messageToJson(schema: DescMessage, message: Message, options: JsonOptions, depth: number): JsonValue {
  checkDepth(depth);
  switch (schema.typeName) {
    case TimestampSchema.typeName:
      return timestampToText(message as Timestamp);
    case DurationSchema.typeName:
      return durationToText(message as Duration);
    case AnySchema.typeName:
      return anyToJson(message as Any, options, depth);
    default:
      return fieldsToJson(schema, message, options, depth);
  }
}

function anyToJson(any: Any, options: JsonOptions, depth: number): JsonObject {
  const { schema, message } = decodeAny(any);
  const inner = messageToJson(schema, message, options, depth + 1);
  const isObject = typeof inner === "object" && inner !== null && !Array.isArray(inner);
  return isObject ? { "@type": any.typeUrl, ...inner } : { "@type": any.typeUrl, value: inner };
}

function fieldsToJson(schema: DescMessage, message: Message, options: JsonOptions, depth: number): JsonObject {
  const out: JsonObject = {};
  for (const field of schema.fields) {
    const value = fieldValue(message, field);
    if (field.oneof !== undefined && value === undefined) continue;
    out[field.name] = fieldToJson(field, value, options, depth);
  }
  return out;
}

function fieldToJson(field: DescField, value: unknown, options: JsonOptions, depth: number): JsonValue {
  switch (field.fieldKind) {
    case "message": {
      if (value === undefined && fieldOptions(field).nullable) return null;
      return messageToJson(field.message, (value as Message | undefined) ?? goZero(field), options, depth + 1);
    }
    case "enum":
      return enumToJson(field.enum, value as number);
    case "scalar":
      return scalarToJson(field, field.scalar, value, options, false);
    case "list":
      return (value as readonly unknown[]).map((item) => {
        if (field.listKind === "message") return messageToJson(field.message, item as Message, options, depth + 1);
        if (field.listKind === "enum") return enumToJson(field.enum, item as number);
        return scalarToJson(field, field.scalar, item, options, true);
      });
    case "map":
      throw new LocalError("PROTO_UNSUPPORTED", `map field ${field.name} has no JSON form here`);
  }
}

function enumToJson(schema: DescEnum, value: number): JsonValue {
  return schema.value[value]?.name ?? value;
}

function scalarToJson(
  field: DescField,
  type: ScalarType,
  value: unknown,
  options: JsonOptions,
  isElement: boolean,
): JsonValue {
  if (typeof value === "bigint") return value.toString();
  const { customNumber, isAddress } = fieldOptions(field);
  if (type === ScalarType.BYTES) {
    const bytes = value as Uint8Array;
    if (isAddress) return bytes.length === 0 ? "" : options.addresses.toText(bytes);
    return bytes.length === 0 && !isElement && field.oneof === undefined ? null : toBase64(bytes);
  }
  if (customNumber === "int") return canonicalInteger(value as string);
  if (customNumber === "dec") return decimalFromWire(value as string);
  return value as string | number | boolean;
}
