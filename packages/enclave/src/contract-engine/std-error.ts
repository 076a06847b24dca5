/**
 * The error type of v0.10 contracts, as the enclave writes it: whatever stands under `Err` when it is sealed, the known
 * variants alone when a contract is handed the error of another.
 *
 * Spec: 03 §4.4, §4.6.
 * @module
 */
import type { JsonValue } from "@enclavenet/wire";
import { isObject, type JsonObject, serializeJson } from "./json.ts";

/** Variants and their fields, in the order in which a contract reads them. */
const VARIANTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["generic_err", ["msg"]],
  ["invalid_base64", ["msg"]],
  ["invalid_utf8", ["msg"]],
  ["not_found", ["kind"]],
  ["null_pointer", []],
  ["parse_err", ["target", "msg"]],
  ["serialize_err", ["source", "msg"]],
  ["unauthorized", []],
  ["underflow", ["minuend", "subtrahend"]],
]);

/**
 * The text of a contract's error before it is sealed. COMPAT(spec 03 §4.4): upstream holds it as a tree with sorted keys, so
 * that clients see `{"parse_err":{"msg":…,"target":…}}` whatever order the contract wrote.
 */
export function errorJson(error: JsonValue): string {
  return serializeJson(error, { sortKeys: true });
}

/** A StdError with its fields in their order and no others, or undefined for anything else. */
export function asStdError(value: JsonValue): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const [name, fields] = Object.entries(value)[0] ?? [];
  const names = name === undefined ? undefined : VARIANTS.get(name);
  if (name === undefined || names === undefined || Object.keys(value).length !== 1 || !isObject(fields))
    return undefined;
  if (names.some((field) => typeof fields[field] !== "string")) return undefined;
  return { [name]: Object.fromEntries(names.map((field) => [field, fields[field] as JsonValue])) };
}
