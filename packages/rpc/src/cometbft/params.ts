/**
 * Parameters of CometBFT RPC methods in both their forms: JSON of a POST (bytes in base64 or hex as the method says,
 * integers as text or numbers) and the URI form (text in double quotes, bytes as 0x… or quoted text), spec 04 §5.1.
 * @module
 */
import { fromBase64, fromHex, utf8ToBytes } from "@enclavenet/common";
import { rpcError } from "./errors.ts";

/** Named raw values; the URI form gives text only. */
export interface RawParams {
  readonly form: "json" | "uri";
  readonly values: Readonly<Record<string, unknown>>;
}

/** Parameters of a query string; of a name that occurs twice the first counts. */
export function uriParams(query: URLSearchParams): RawParams {
  return { form: "uri", values: Object.fromEntries([...query].reverse()) };
}

function invalid(name: string, what: string): never {
  throw rpcError("invalidParams", `${name}: ${what}`);
}

function raw({ values }: RawParams, name: string): unknown {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return value === null || value === "" ? undefined : value;
}

function isQuoted(text: string): boolean {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"');
}

/** Content of a JSON string. */
function unquote(name: string, text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return invalid(name, "is not quoted properly");
  }
}

const INTEGER = /^-?\d{1,19}$/;
const INT64_MAX = 2n ** 63n - 1n;

/** An int64, or undefined when the parameter is not given. */
export function integerParam(params: RawParams, name: string): bigint | undefined {
  const value = raw(params, name);
  if (value === undefined) return undefined;
  let text = typeof value === "number" && Number.isSafeInteger(value) ? value.toString() : value;
  if (params.form === "uri" && typeof text === "string" && isQuoted(text)) text = unquote(name, text);
  if (typeof text !== "string" || !INTEGER.test(text)) return invalid(name, "is not an integer");
  const integer = BigInt(text);
  if (integer > INT64_MAX || integer < -INT64_MAX - 1n) return invalid(name, "is out of range");
  return integer;
}

export function booleanParam(params: RawParams, name: string): boolean {
  const value = raw(params, name);
  if (value === undefined || value === false) return false;
  if (value === true) return true;
  if (params.form === "uri" && (value === "true" || value === "false")) return value === "true";
  return invalid(name, "is not a boolean");
}

/** Text. The URI form also takes it without quotes, which CometBFT refuses. */
export function textParam(params: RawParams, name: string): string {
  const value = raw(params, name);
  if (value === undefined) return "";
  if (typeof value !== "string") return invalid(name, "is not a string");
  return params.form === "uri" && isQuoted(value) ? unquote(name, value) : value;
}

function parsed(name: string, parse: () => Uint8Array): Uint8Array {
  try {
    return parse();
  } catch {
    return invalid(name, "is not encoded properly");
  }
}

function uriBytes(name: string, value: string): Uint8Array {
  if (/^0x/i.test(value)) return parsed(name, () => fromHex(value.slice(2)));
  if (isQuoted(value)) return utf8ToBytes(unquote(name, value));
  return invalid(name, "is neither 0x… nor quoted");
}

/** Bytes as `jsonForm` of a JSON text; 0x… or quoted text in the URI form. */
function bytesOf(params: RawParams, name: string, jsonForm: (text: string) => Uint8Array): Uint8Array {
  const value = raw(params, name);
  if (value === undefined) return new Uint8Array(0);
  if (typeof value !== "string") return invalid(name, "is not a string");
  return params.form === "json" ? parsed(name, () => jsonForm(value)) : uriBytes(name, value);
}

/** Bytes that are base64 in JSON: transactions, hashes of transactions and blocks. */
export function bytesParam(params: RawParams, name: string): Uint8Array {
  return bytesOf(params, name, fromBase64);
}

/** Bytes that are hexadecimal in JSON: data of queries, hashes of headers. */
export function hexParam(params: RawParams, name: string): Uint8Array {
  return bytesOf(params, name, (text) => fromHex(text.replace(/^0x/i, "")));
}
