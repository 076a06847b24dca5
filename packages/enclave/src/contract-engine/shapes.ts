/**
 * Shapes of the JSON that contracts emit, as data: which variants exist and which type each field has. What does not fit
 * is `failed to deserialize data`; fields that the shape does not have are dropped, as upstream reads and writes again
 * what passes (spec 03 §4.3, §4.5, §4.6).
 * @module
 */
import { EnclaveError } from "@enclavenet/enclave-api";
import type { JsonValue } from "@enclavenet/wire";
import { asArray, asBase64, asObject, asText, asU64, type JsonObject, optional } from "./json.ts";

/** Reads a field: the value as it goes on, undefined for one that may be left out. Throws when it is of another type. */
export type Field = (value: JsonValue | undefined, name: string) => JsonValue | undefined;

/** Fields of a variant. */
export type Fields = Readonly<Record<string, Field>>;

/** A variant: its fields, or variants once more. */
export type Shape = { readonly fields: Fields } | { readonly kinds: Readonly<Record<string, Fields>> };

/** Variants by tag. */
export type Variants = Readonly<Record<string, Shape>>;

function refuse(check: string): never {
  throw new EnclaveError("FailedToDeserialize", { check });
}

/** Decimal text of at most `bits` bits, in its only form. */
function decimalText(bits: bigint): Field {
  const limit = 2n ** bits;
  const maxDigits = limit.toString().length;
  return (value, name) => {
    const digits = asText(value, name);
    const fits = digits.length <= maxDigits && /^(0|[1-9][0-9]*)$/.test(digits) && BigInt(digits) < limit;
    return fits ? digits : refuse(name);
  };
}

export const text: Field = asText;
export const u64: Field = asU64;
export const u64Text: Field = decimalText(64n);

/** Text that is base64; the text goes on. */
export const base64: Field = (value, name) => {
  asBase64(value, name);
  return value;
};

/** A number of eight bits. */
export const byte: Field = (value, name) => {
  const number = asU64(value, name);
  return number < 256n ? number : refuse(name);
};

/** A field that may be absent or null. */
export function maybe(field: Field): Field {
  return (value, name) => optional(value, (present) => field(present, name));
}

/** One of these texts. */
export function oneOf(...choices: readonly string[]): Field {
  return (value, name) => {
    const choice = asText(value, name);
    return choices.includes(choice) ? choice : refuse(name);
  };
}

/** A list of any length; what a contract returns is bounded as a whole. */
export function listOf(field: Field): Field {
  return (value, name) => asArray(value, name).map((item) => field(item, name) ?? null);
}

/** An object with these fields. */
export function objectOf(fields: Fields): Field {
  return (value, name) => readFields(asObject(value, name), fields);
}

export const coin: Field = objectOf({ denom: text, amount: decimalText(128n) });
export const coins: Field = listOf(coin);

function readFields(object: JsonObject, fields: Fields): JsonObject {
  const read: Record<string, JsonValue> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    const kept = field(value, value === undefined ? `missing field \`${name}\`` : `invalid type: field \`${name}\``);
    if (kept !== undefined) read[name] = kept;
  }
  return read;
}

/** The only key of an enum value, which must be one of the table's. */
function soleTag<T>(object: JsonObject, table: Readonly<Record<string, T>>): readonly [tag: string, shape: T] {
  const [tag, ...others] = Object.keys(object);
  if (tag === undefined || others.length > 0) return refuse("expected exactly one variant");
  const shape = Object.hasOwn(table, tag) ? table[tag] : undefined;
  return shape === undefined ? refuse("unknown variant") : [tag, shape];
}

/** What an enum value turned out to be. */
export interface Tagged {
  readonly tag: string;
  /** Tag inside of the tag; undefined for a variant without inner ones. */
  readonly kind: string | undefined;
  /** The fields that the variant has, and no others. */
  readonly fields: JsonObject;
}

/** Reads `{tag: fields}` or `{tag: {kind: fields}}`. Throws `FailedToDeserialize`, with the reason as its check. */
export function readVariant(value: JsonObject, variants: Variants): Tagged {
  const [tag, shape] = soleTag(value, variants);
  const body = asObject(value[tag], "invalid type: variant");
  if ("fields" in shape) return { tag, kind: undefined, fields: readFields(body, shape.fields) };
  const [kind, fields] = soleTag(body, shape.kinds);
  return { tag, kind, fields: readFields(asObject(body[kind], "invalid type: variant"), fields) };
}

/** The JSON of what was read. */
export function taggedJson({ tag, kind, fields }: Tagged): JsonObject {
  return { [tag]: kind === undefined ? fields : { [kind]: fields } };
}
