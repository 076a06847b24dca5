/**
 * Messages from JSON as the REST gateway reads bodies: proto or lowerCamel names, integers and enums as text or number,
 * null for unset, Any inline; unknown fields are refused (spec 04 §2.2).
 * @module
 */
import {
  create,
  type DescEnum,
  type DescField,
  type DescMessage,
  type Message,
  type MessageShape,
  ScalarType,
} from "@bufbuild/protobuf";
import { type Any, AnySchema, DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { fromBase64, LocalError } from "@enclavenet/common";
import { encode } from "../encode.ts";
import { isOneofSet, setFieldValue } from "../field-access.ts";
import { fieldOptions } from "../field-options.ts";
import { messageByTypeUrl } from "../registry.ts";
import { canonicalInteger, decimalToWire } from "./numbers.ts";
import { checkDepth, type JsonOptions } from "./options.ts";
import { durationFromText, timestampFromText } from "./times.ts";

/**
 * Message of a parsed JSON value. Throws LocalError: `PROTO_JSON_UNKNOWN_FIELD` for a field that the message does not
 * have, `PROTO_JSON`, `PROTO_NUMBER`, `PROTO_TIME`, `PROTO_UNKNOWN_TYPE` or `PROTO_TOO_DEEP` otherwise.
 */
export function fromGogoJson<S extends DescMessage>(schema: S, json: unknown, options: JsonOptions): MessageShape<S> {
  return messageFromJson(schema, json, options, 0) as MessageShape<S>;
}

function bad(what: string, expected: string): LocalError {
  return new LocalError("PROTO_JSON", `bad value for ${what}: expected ${expected}`);
}

function asObject(json: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw bad(what, "an object");
  return json as Readonly<Record<string, unknown>>;
}

function asText(json: unknown, what: string): string {
  if (typeof json !== "string") throw bad(what, "a string");
  return json;
}

function messageFromJson(schema: DescMessage, json: unknown, options: JsonOptions, depth: number): Message {
  checkDepth(depth);
  switch (schema.typeName) {
    case TimestampSchema.typeName:
      return timestampFromText(asText(json, schema.typeName));
    case DurationSchema.typeName:
      return durationFromText(asText(json, schema.typeName));
    case AnySchema.typeName:
      return anyFromJson(json, options, depth);
    default:
      return fieldsFromJson(schema, asObject(json, schema.typeName), options, depth);
  }
}

function anyFromJson(json: unknown, options: JsonOptions, depth: number): Any {
  const { "@type": typeUrl, ...rest } = asObject(json, AnySchema.typeName);
  if (typeof typeUrl !== "string") throw bad("Any", "a text @type");
  const schema = messageByTypeUrl(typeUrl);
  const isText = schema.typeName === TimestampSchema.typeName || schema.typeName === DurationSchema.typeName;
  const message = messageFromJson(schema, isText ? rest.value : rest, options, depth + 1);
  return create(AnySchema, { typeUrl, value: encode(schema, message) });
}

function fieldsFromJson(
  schema: DescMessage,
  json: Readonly<Record<string, unknown>>,
  options: JsonOptions,
  depth: number,
): Message {
  const message = create(schema);
  const names = new Set(Object.keys(json));
  for (const field of schema.fields) {
    const name = [field.jsonName, field.name].find((candidate) => names.has(candidate));
    names.delete(field.name);
    names.delete(field.jsonName);
    if (name === undefined || json[name] === null) continue;
    if (isOneofSet(message, field)) throw bad(field.oneof?.name ?? field.name, "only one of its members");
    setFieldValue(message, field, fieldFromJson(field, json[name], options, depth));
  }
  for (const name of names) {
    const shown = JSON.stringify(name.slice(0, 80));
    throw new LocalError("PROTO_JSON_UNKNOWN_FIELD", `unknown field ${shown} in ${schema.typeName}`);
  }
  return message;
}

function fieldFromJson(field: DescField, json: unknown, options: JsonOptions, depth: number): unknown {
  switch (field.fieldKind) {
    case "message":
      return messageFromJson(field.message, json, options, depth + 1);
    case "enum":
      return enumFromJson(field.enum, json);
    case "scalar":
      return scalarFromJson(field, field.scalar, json, options);
    case "list": {
      if (!Array.isArray(json)) throw bad(field.name, "an array");
      return json.map((item: unknown) => {
        if (field.listKind === "message") return messageFromJson(field.message, item, options, depth + 1);
        if (field.listKind === "enum") return enumFromJson(field.enum, item);
        return scalarFromJson(field, field.scalar, item, options);
      });
    }
    case "map":
      throw new LocalError("PROTO_UNSUPPORTED", `map field ${field.name} has no JSON form here`);
  }
}

/** Number of an enum's name or number. Also used for path and query parameters. */
export function enumFromJson(schema: DescEnum, json: unknown): number {
  if (typeof json === "number" && Number.isInteger(json) && Math.abs(json) <= 0x7fffffff) return json;
  const value = schema.values.find(({ name }) => name === json);
  if (value === undefined) throw bad(schema.typeName, "a name of the enumeration");
  return value.number;
}

function scalarFromJson(field: DescField, type: ScalarType, json: unknown, options: JsonOptions): unknown {
  const { customNumber, isAddress } = fieldOptions(field);
  switch (type) {
    case ScalarType.STRING: {
      const text = asText(json, field.name);
      if (customNumber === "int") return canonicalInteger(text);
      return customNumber === "dec" ? decimalToWire(text) : text;
    }
    case ScalarType.BOOL:
      if (typeof json !== "boolean") throw bad(field.name, "true or false");
      return json;
    case ScalarType.BYTES: {
      const text = asText(json, field.name);
      if (!isAddress) return fromBase64(text);
      return text === "" ? new Uint8Array(0) : options.addresses.fromText(text);
    }
    default:
      return integerFromJson(type, json, field.name);
  }
}

const RANGES: Partial<Record<ScalarType, readonly [bigint, bigint]>> = {
  [ScalarType.INT32]: [-(2n ** 31n), 2n ** 31n - 1n],
  [ScalarType.UINT32]: [0n, 2n ** 32n - 1n],
  [ScalarType.INT64]: [-(2n ** 63n), 2n ** 63n - 1n],
  [ScalarType.SFIXED64]: [-(2n ** 63n), 2n ** 63n - 1n],
  [ScalarType.UINT64]: [0n, 2n ** 64n - 1n],
};

/** Integer of a text or number, within the range of its type. Also used for path and query parameters. */
export function integerFromJson(type: ScalarType, json: unknown, what: string): bigint | number {
  const range = RANGES[type];
  if (range === undefined) throw new LocalError("PROTO_UNSUPPORTED", `${what} has no JSON form here`);
  const isNumber = typeof json === "number" && Number.isSafeInteger(json);
  const isText = typeof json === "string" && /^-?\d{1,20}$/.test(json);
  if (!isNumber && !isText) throw bad(what, "an integer");
  const value = BigInt(json);
  if (value < range[0] || value > range[1]) throw bad(what, "an integer within its range");
  const is32 = type === ScalarType.INT32 || type === ScalarType.UINT32;
  return is32 ? Number(value) : value;
}
