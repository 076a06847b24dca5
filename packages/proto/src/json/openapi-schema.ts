/**
 * The shape of a message's JSON as OpenAPI 3.0 describes it: the rules of `to-gogo-json.ts` and `from-gogo-json.ts` as schemas
 * (spec 04 §2.2).
 * @module
 */
import { type DescEnum, type DescField, type DescMessage, type JsonObject, ScalarType } from "@bufbuild/protobuf";
import { AnySchema, DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { LocalError } from "@enclavenet/common";
import { type FieldOptions, fieldOptions } from "../field-options.ts";

export interface SchemaContext {
  /** Answers have every field; requests may leave out any. */
  readonly direction: "request" | "answer";
  /** Reference to the schema of another message, which has to be described too. */
  reference(message: DescMessage): JsonObject;
}

const ANY: JsonObject = {
  type: "object",
  description: "A message of any type, its fields beside the name of the type.",
  properties: { "@type": { type: "string", example: "/cosmos.auth.v1beta1.BaseAccount" } },
  required: ["@type"],
  additionalProperties: true,
};

const TIMESTAMP: JsonObject = { type: "string", format: "date-time" };
const DURATION: JsonObject = { type: "string", description: "Seconds with a unit.", example: "90s" };

/** 64-bit integers are text, because JSON's readers lose their precision. */
function integerSchema(type: ScalarType): JsonObject | undefined {
  switch (type) {
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return { type: "integer", format: "int32" };
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return { type: "integer", format: "int64", minimum: 0, maximum: 4_294_967_295 };
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return { type: "string", format: "int64", pattern: "^(0|-?[1-9][0-9]{0,18})$" };
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return { type: "string", format: "uint64", pattern: "^(0|[1-9][0-9]{0,19})$" };
    default:
      return undefined;
  }
}

/** Schema of a message's own JSON. */
export function messageSchema(message: DescMessage, context: SchemaContext): JsonObject {
  if (message.typeName === AnySchema.typeName) return ANY;
  const properties: JsonObject = {};
  for (const field of message.fields) properties[field.name] = fieldSchema(field, context);
  const always = message.fields.filter(({ oneof }) => oneof === undefined).map(({ name }) => name);
  const isAnswer = context.direction === "answer";
  return {
    type: "object",
    properties,
    ...(isAnswer && always.length > 0 ? { required: always } : {}),
    ...(isAnswer ? {} : { additionalProperties: false }),
  };
}

/** Schema of a field's value. */
export function fieldSchema(field: DescField, context: SchemaContext): JsonObject {
  switch (field.fieldKind) {
    case "message": {
      const schema = valueOfMessage(field.message, context);
      return field.oneof === undefined && fieldOptions(field).nullable ? orNull(schema) : schema;
    }
    case "enum":
      return valueOfEnum(field.enum);
    case "scalar":
      return valueOfScalar(field.scalar, fieldOptions(field), field.oneof === undefined);
    case "list":
      return { type: "array", items: itemSchema(field, context) };
    case "map":
      throw new LocalError("PROTO_UNSUPPORTED", `map field ${field.name} has no JSON form here`);
  }
}

function itemSchema(field: DescField & { readonly fieldKind: "list" }, context: SchemaContext): JsonObject {
  if (field.listKind === "message") return valueOfMessage(field.message, context);
  if (field.listKind === "enum") return valueOfEnum(field.enum);
  return valueOfScalar(field.scalar, fieldOptions(field), false);
}

function orNull(schema: JsonObject): JsonObject {
  return "$ref" in schema ? { nullable: true, allOf: [schema] } : { ...schema, nullable: true };
}

function valueOfMessage(message: DescMessage, context: SchemaContext): JsonObject {
  if (message.typeName === TimestampSchema.typeName) return TIMESTAMP;
  if (message.typeName === DurationSchema.typeName) return DURATION;
  return context.reference(message);
}

function valueOfEnum({ values }: DescEnum): JsonObject {
  return { type: "string", enum: values.map(({ name }) => name) };
}

function valueOfScalar(type: ScalarType, options: FieldOptions, isNullable: boolean): JsonObject {
  const integer = integerSchema(type);
  if (integer !== undefined) return integer;
  if (type === ScalarType.BOOL) return { type: "boolean" };
  if (type === ScalarType.BYTES) {
    if (options.isAddress) return { type: "string", description: "A bech32 address, or empty." };
    return { type: "string", format: "byte", ...(isNullable ? { nullable: true } : {}) };
  }
  if (options.customNumber === "int") return { type: "string", pattern: "^-?[0-9]+$" };
  if (options.customNumber === "dec") return { type: "string", pattern: "^-?[0-9]+\\.[0-9]{1,18}$" };
  if (type !== ScalarType.STRING)
    throw new LocalError("PROTO_UNSUPPORTED", "floating-point fields have no schema here");
  return { type: "string" };
}
