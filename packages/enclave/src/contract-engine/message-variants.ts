/**
 * Which messages a contract of each ABI version may return, with the types of their fields; anything else fails to
 * deserialize (spec 03 §4.5). What they become is the chain's table.
 * @module
 */
import { EnclaveError } from "@enclavenet/enclave-api";
import { isObject, type JsonObject } from "./json.ts";
import {
  base64,
  byte,
  coin,
  coins,
  type Fields,
  listOf,
  maybe,
  objectOf,
  oneOf,
  readVariant,
  taggedJson,
  text,
  u64,
  u64Text,
  type Variants,
} from "./shapes.ts";

const STAKING: Readonly<Record<string, Fields>> = {
  delegate: { validator: text, amount: coin },
  undelegate: { validator: text, amount: coin },
  redelegate: { src_validator: text, dst_validator: text, amount: coin },
};

/** Wasm messages; the callee's code hash has another name in each version, and only v1 makes contracts with an admin. */
function wasmKinds(hash: "code_hash" | "callback_code_hash"): Readonly<Record<string, Fields>> {
  // What a contract writes there is checked, and then replaced by the real signature.
  const signature: Fields = { callback_sig: maybe(listOf(byte)) };
  const admin: Fields = hash === "code_hash" ? { admin: maybe(text) } : {};
  return {
    execute: { contract_addr: text, [hash]: text, msg: base64, send: coins, ...signature },
    instantiate: { ...admin, code_id: u64, [hash]: text, msg: base64, send: coins, label: text, ...signature },
    migrate: { contract_addr: text, [hash]: text, code_id: u64, msg: base64, ...signature },
    update_admin: { contract_addr: text, admin: text, ...signature },
    clear_admin: { contract_addr: text, ...signature },
  };
}

const V010: Variants = {
  bank: { kinds: { send: { from_address: text, to_address: text, amount: coins } } },
  custom: { fields: {} },
  staking: { kinds: { ...STAKING, withdraw: { validator: text, recipient: maybe(text) } } },
  wasm: { kinds: wasmKinds("callback_code_hash") },
  gov: { kinds: { vote: { proposal: u64, vote_option: oneOf("Yes", "No", "Abstain", "NoWithVeto") } } },
};

const TIMEOUT = objectOf({ block: maybe(objectOf({ revision: u64, height: u64 })), timestamp: maybe(u64Text) });

const V1: Variants = {
  bank: { kinds: { send: { to_address: text, amount: coins }, burn: { amount: coins } } },
  custom: { fields: {} },
  staking: { kinds: STAKING },
  distribution: { kinds: { set_withdraw_address: { address: text }, withdraw_delegator_reward: { validator: text } } },
  gov: { kinds: { vote: { proposal_id: u64, vote: oneOf("yes", "no", "abstain", "no_with_veto") } } },
  wasm: { kinds: wasmKinds("code_hash") },
  ibc: {
    kinds: {
      transfer: { channel_id: text, to_address: text, amount: coin, timeout: TIMEOUT, memo: maybe(text) },
      send_packet: { channel_id: text, data: base64, timeout: TIMEOUT },
      close_channel: { channel_id: text },
    },
  },
  stargate: { fields: { type_url: text, value: base64 } },
  finalize_tx: { fields: {} },
};

/** The message with the fields that its variant has. Throws when this ABI version has no such message. */
export function checkMessage(message: JsonObject, apiVersion: 0 | 1): JsonObject {
  return taggedJson(readVariant(message, apiVersion === 0 ? V010 : V1));
}

/** The Wasm message inside a checked CosmosMsg: its kind and fields, or undefined for another module's message. */
export function wasmMessage(message: JsonObject): { readonly kind: string; readonly fields: JsonObject } | undefined {
  const { wasm } = message;
  if (!isObject(wasm)) return undefined;
  const [entry] = Object.entries(wasm);
  if (entry === undefined || !isObject(entry[1])) throw new EnclaveError("FailedToDeserialize", { check: "wasm" });
  return { kind: entry[0], fields: entry[1] };
}
