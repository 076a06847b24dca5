/**
 * Reads the JSON of messages and queries that contracts emit. Contracts are untrusted: everything that is not what it
 * should be is an error of the contract's message.
 * @module
 */
import { fromBase64, LocalError } from "@enclavenet/common";
import { type JsonValue, parseJson } from "@enclavenet/wire";
import type { CoinText } from "../../../support/coins.ts";
import { ErrInvalidMsg } from "../errors.ts";

export type JsonObject = { readonly [key: string]: JsonValue };

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(what: string): never {
  throw ErrInvalidMsg.wrap(`cannot parse ${what}`);
}

/** The object of JSON text. */
export function parseObject(text: string, what: string): JsonObject {
  let value: JsonValue;
  try {
    value = parseJson(text);
  } catch (error) {
    if (error instanceof LocalError || error instanceof SyntaxError) return refuse(what);
    throw error;
  }
  return isObject(value) ? value : refuse(what);
}

/** The single tag of an enum value and what it carries. */
export function soleVariant(object: JsonObject, what: string): readonly [tag: string, fields: JsonObject] {
  const entries = Object.entries(object);
  const [entry] = entries;
  if (entries.length !== 1 || entry === undefined || !isObject(entry[1])) return refuse(what);
  return [entry[0], entry[1]];
}

export function textField(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : refuse(key);
}

/** Text that may be absent or null. */
export function optionalText(object: JsonObject, key: string): string | undefined {
  return object[key] === undefined || object[key] === null ? undefined : textField(object, key);
}

export function uint64Field(object: JsonObject, key: string): bigint {
  const value = object[key];
  return typeof value === "bigint" && value >= 0n && value < 1n << 64n ? value : refuse(key);
}

export function base64Field(object: JsonObject, key: string): Uint8Array {
  try {
    return fromBase64(textField(object, key));
  } catch (error) {
    if (error instanceof LocalError) return refuse(key);
    throw error;
  }
}

/** Bytes that travel as an array of numbers; absent and null are no bytes. */
export function byteArrayField(object: JsonObject, key: string): Uint8Array {
  const value = object[key];
  if (value === undefined || value === null) return new Uint8Array(0);
  if (!Array.isArray(value)) return refuse(key);
  return Uint8Array.from(value, (byte: JsonValue) => {
    if (typeof byte !== "bigint" || byte < 0n || byte > 255n) return refuse(key);
    return Number(byte);
  });
}

/** Coins in the order given: they are neither sorted nor merged. */
export function coinsField(object: JsonObject, key: string): CoinText[] {
  const value = object[key];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return refuse(key);
  return value.map((coin: JsonValue) => {
    if (!isObject(coin)) return refuse(key);
    return { denom: textField(coin, "denom"), amount: textField(coin, "amount") };
  });
}
