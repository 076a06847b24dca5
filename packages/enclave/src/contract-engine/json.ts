/**
 * Typed reading of JSON that a contract produced. Every mismatch is `failed to deserialize data`.
 * @module
 */
import { bytesToUtf8, fromBase64 } from "@enclavenet/common";
import { EnclaveError } from "@enclavenet/enclave-api";
import { type JsonValue, parseJson, serializeJson } from "@enclavenet/wire";

export { serializeJson };

export type JsonObject = { readonly [key: string]: JsonValue };

function refuse(check: string): never {
  throw new EnclaveError("FailedToDeserialize", { check });
}

/** Parses the contract's bytes as strict JSON with exact integers. */
export function parseContractJson(bytes: Uint8Array): JsonValue {
  try {
    return parseJson(bytesToUtf8(bytes));
  } catch {
    return refuse("json");
  }
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function asObject(value: JsonValue | undefined, what: string): JsonObject {
  return isObject(value) ? value : refuse(what);
}

export function asArray(value: JsonValue | undefined, what: string): readonly JsonValue[] {
  return Array.isArray(value) ? value : refuse(what);
}

export function asText(value: JsonValue | undefined, what: string): string {
  return typeof value === "string" ? value : refuse(what);
}

const MAX_U64 = 2n ** 64n - 1n;

export function asU64(value: JsonValue | undefined, what: string): bigint {
  return typeof value === "bigint" && value >= 0n && value <= MAX_U64 ? value : refuse(what);
}

/** Absent and null are the same. */
export function optional<T>(value: JsonValue | undefined, read: (value: JsonValue) => T): T | undefined {
  return value === undefined || value === null ? undefined : read(value);
}

export function asBase64(value: JsonValue | undefined, what: string): Uint8Array {
  try {
    return fromBase64(asText(value, what));
  } catch {
    return refuse(what);
  }
}

/** Refuses keys other than `allowed`, as a serde struct with deny_unknown_fields does (spec 03 §4.3). */
export function denyUnknown(object: JsonObject, allowed: readonly string[]): boolean {
  return Object.keys(object).every((key) => allowed.includes(key));
}
