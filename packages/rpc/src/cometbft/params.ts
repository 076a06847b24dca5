/**
 * Parameters of CometBFT RPC methods in both their forms: JSON of a POST (bytes in base64 or hex as the method says,
 * integers as text or numbers) and the URI form (text in double quotes, bytes as 0x…).
 * @module
 */
import { fromBase64, fromHex, utf8ToBytes } from "@enclavenet/common";
import { rpcError } from "./errors.ts";

/** Named raw values; the URI form gives text only. */
export interface RawParams {
  readonly form: "json" | "uri";
  readonly values: Readonly<Record<string, unknown>>;
}

function invalid(name: string, what: string): never {
  throw rpcError("invalidParams", `${name}: ${what}`);
}

function unquote(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

function raw({ values }: RawParams, name: string): unknown {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return value === null || value === "" ? undefined : value;
}

const INTEGER = /^-?\d{1,19}$/;

export function integerParam(params: RawParams, name: string): bigint | undefined {
  const value = raw(params, name);
  if (value === undefined) return undefined;
  const text = typeof value === "number" && Number.isSafeInteger(value) ? value.toString() : value;
  if (typeof text !== "string" || !INTEGER.test(unquote(text))) return invalid(name, "is not an integer");
  return BigInt(unquote(text));
}

export function booleanParam(params: RawParams, name: string): boolean {
  const value = raw(params, name);
  if (value === undefined || value === false || value === "false") return false;
  if (value === true || value === "true") return true;
  return invalid(name, "is not a boolean");
}

export function textParam(params: RawParams, name: string): string {
  const value = raw(params, name);
  if (value === undefined) return "";
  if (typeof value !== "string") return invalid(name, "is not a string");
  return params.form === "uri" ? unquote(value) : value;
}

function parsed(name: string, parse: () => Uint8Array): Uint8Array {
  try {
    return parse();
  } catch {
    return invalid(name, "is not encoded properly");
  }
}

/** Bytes: base64 in JSON; 0x… or quoted text in the URI form. */
export function bytesParam(params: RawParams, name: string): Uint8Array {
  const value = raw(params, name);
  if (value === undefined) return new Uint8Array(0);
  if (typeof value !== "string") return invalid(name, "is not a string");
  if (params.form === "json") return parsed(name, () => fromBase64(value));
  if (/^0x/i.test(value)) return parsed(name, () => fromHex(value.slice(2)));
  if (value.startsWith('"')) return utf8ToBytes(unquote(value));
  return invalid(name, "is neither 0x… nor quoted");
}

/** Bytes that are hexadecimal text in JSON too. */
export function hexParam(params: RawParams, name: string): Uint8Array {
  const value = raw(params, name);
  if (value === undefined) return new Uint8Array(0);
  if (typeof value !== "string") return invalid(name, "is not a string");
  const text = unquote(value).replace(/^0x/i, "");
  return parsed(name, () => fromHex(text));
}
