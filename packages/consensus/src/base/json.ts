/**
 * Checked access to parsed JSON for the files this room reads: each getter names the path of what is wrong.
 * Integers of 64 bits are JSON strings (amino-JSON, spec 05 §3.11).
 * @module
 */
import { fromBase64, fromHex, LocalError } from "@enclavenet/common";

/** A parsed JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Builds the error of the file that is being read. */
export type Complain = (message: string) => LocalError;

/** A {@link Complain} for errors of `code`. */
export function complainAs(code: string, fix?: string): Complain {
  return (message) => new LocalError(code, message, fix === undefined ? {} : { fix });
}

/** Parses a JSON text whose top level is an object. */
export function parseJsonObject(text: string, complain: Complain): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw complain("not valid JSON");
  }
  return asObject(value, "document", complain);
}

/** `value` as an object. */
export function asObject(value: unknown, path: string, complain: Complain): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw complain(`${path} is not an object`);
  return value as JsonObject;
}

/** `value` as an array. */
export function asArray(value: unknown, path: string, complain: Complain): readonly unknown[] {
  if (!Array.isArray(value)) throw complain(`${path} is not a list`);
  return value;
}

/** `value` as a string. */
export function asString(value: unknown, path: string, complain: Complain): string {
  if (typeof value !== "string") throw complain(`${path} is not a string`);
  return value;
}

/** `value` as a 64-bit signed integer written as a string. */
export function asInt64(value: unknown, path: string, complain: Complain): bigint {
  const text = asString(value, path, complain);
  if (!/^-?\d{1,19}$/.test(text)) throw complain(`${path} is not an integer string`);
  const number = BigInt(text);
  if (BigInt.asIntN(64, number) !== number) throw complain(`${path} exceeds 64 bits`);
  return number;
}

/** `value` as an unsigned 32-bit integer written as a number. */
export function asUint32(value: unknown, path: string, complain: Complain): number {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > 0xffffffff) {
    throw complain(`${path} is not an unsigned 32-bit number`);
  }
  return value as number;
}

/** `value` as bytes in base64. */
export function asBase64(value: unknown, path: string, complain: Complain): Uint8Array {
  try {
    return fromBase64(asString(value, path, complain));
  } catch {
    throw complain(`${path} is not base64`);
  }
}

/** `value` as bytes in hexadecimal. */
export function asHex(value: unknown, path: string, complain: Complain): Uint8Array {
  try {
    return fromHex(asString(value, path, complain));
  } catch {
    throw complain(`${path} is not hexadecimal`);
  }
}

/** An ed25519 key as amino-JSON: `{"type": <type>, "value": <base64>}`. */
export function asAminoKey(value: unknown, type: string, length: number, path: string, complain: Complain): Uint8Array {
  const object = asObject(value, path, complain);
  if (object.type !== type) throw complain(`${path}.type is not ${type}`);
  const key = asBase64(object.value, `${path}.value`, complain);
  if (key.length !== length) throw complain(`${path}.value is not ${length} bytes`);
  return key;
}
