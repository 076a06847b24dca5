/**
 * Which messages a contract of each ABI version may return; any other variant fails to deserialize (spec 03 §4.5).
 * The fields of messages other than Wasm ones are public and are read by the chain.
 * @module
 */
import { EnclaveError } from "@enclavenet/enclave-api";
import { isObject, type JsonObject } from "./json.ts";

/** Variant → its inner variants; null: the variant has no inner tag. */
type Variants = Readonly<Record<string, readonly string[] | null>>;

const V010: Variants = {
  bank: ["send"],
  custom: null,
  staking: ["delegate", "undelegate", "redelegate", "withdraw"],
  wasm: ["execute", "instantiate", "migrate", "update_admin", "clear_admin"],
  gov: ["vote"],
};

const V1: Variants = {
  bank: ["send", "burn"],
  custom: null,
  staking: ["delegate", "undelegate", "redelegate"],
  distribution: ["set_withdraw_address", "withdraw_delegator_reward"],
  gov: ["vote"],
  wasm: ["execute", "instantiate", "migrate", "update_admin", "clear_admin"],
  ibc: ["transfer", "send_packet", "close_channel"],
  stargate: null,
  finalize_tx: null,
};

function soleKey(object: JsonObject): string {
  const keys = Object.keys(object);
  const key = keys[0];
  if (keys.length !== 1 || key === undefined) throw new EnclaveError("FailedToDeserialize", { check: "message tag" });
  return key;
}

/** Returns the message when its variant exists in this ABI version. */
export function checkMessage(message: JsonObject, apiVersion: 0 | 1): JsonObject {
  const variants = apiVersion === 0 ? V010 : V1;
  const tag = soleKey(message);
  const inner = Object.hasOwn(variants, tag) ? variants[tag] : undefined;
  if (inner === undefined) throw new EnclaveError("FailedToDeserialize", { check: "message variant" });
  const value = message[tag];
  if (!isObject(value)) throw new EnclaveError("FailedToDeserialize", { check: "message body" });
  if (inner !== null && !inner.includes(soleKey(value))) {
    throw new EnclaveError("FailedToDeserialize", { check: "message variant" });
  }
  return message;
}

/** The Wasm message inside a CosmosMsg: its kind and fields, or undefined for another module's message. */
export function wasmMessage(message: JsonObject): { readonly kind: string; readonly fields: JsonObject } | undefined {
  const wasm = message.wasm;
  if (!isObject(wasm)) return undefined;
  const kind = soleKey(wasm);
  const fields = wasm[kind];
  if (!isObject(fields)) throw new EnclaveError("FailedToDeserialize", { check: "wasm message" });
  return { kind, fields };
}
