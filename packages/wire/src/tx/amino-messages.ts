/**
 * Amino JSON of the messages that a sign document may hold. A message that is not known here has no sign document: the
 * transaction is refused, never guessed at.
 *
 * Spec: 04 §6.3 (form), 02 §3.4 (compute messages: addresses in bytes are base64), 03 §5.3 (amino names).
 * @module
 */
import { toBase64 } from "@enclavenet/common";
import { WireError } from "../errors.ts";
import type { JsonValue } from "../json/parse.ts";
import { bytesType, repeatedMessage, textType } from "../protobuf/fields.ts";
import { messageCodec } from "../protobuf/message.ts";
import {
  decodeMsgClearAdmin,
  decodeMsgExecuteContract,
  decodeMsgInstantiateContract,
  decodeMsgMigrateContract,
  decodeMsgUpdateAdmin,
} from "./compute-messages.ts";
import { type Any, type Coin, coinCodec } from "./tx.ts";
import { TypeUrl } from "./type-urls.ts";

export type JsonObject = { readonly [key: string]: JsonValue };

/** Fields with default values are left out; bytes are base64, 64-bit integers text. */
export function present(fields: { readonly [key: string]: JsonValue | Uint8Array | bigint }): JsonObject {
  const out: { [key: string]: JsonValue } = {};
  for (const [key, value] of Object.entries(fields)) {
    if (value instanceof Uint8Array) {
      if (value.length > 0) out[key] = toBase64(value);
    } else if (typeof value === "bigint") {
      if (value !== 0n) out[key] = value.toString();
    } else if (value !== "") out[key] = value;
  }
  return out;
}

/** A list of coins is written also when empty, and so is an amount. */
export function coinsJson(list: readonly Coin[]): JsonValue {
  return list.map(({ denom, amount }) => ({ ...present({ denom }), amount }));
}

interface MsgSend {
  readonly from: string;
  readonly to: string;
  readonly amount: readonly Coin[];
}

const msgSend = messageCodec<MsgSend>("MsgSend", {
  from: [1, textType],
  to: [2, textType],
  amount: [3, repeatedMessage(() => coinCodec)],
});

/** Input and Output of MsgMultiSend. */
interface Party {
  readonly address: string;
  readonly coins: readonly Coin[];
}

const party = messageCodec<Party>("Input", {
  address: [1, textType],
  coins: [2, repeatedMessage(() => coinCodec)],
});

interface MsgMultiSend {
  readonly inputs: readonly Party[];
  readonly outputs: readonly Party[];
}

const msgMultiSend = messageCodec<MsgMultiSend>("MsgMultiSend", {
  inputs: [1, repeatedMessage(() => party)],
  outputs: [2, repeatedMessage(() => party)],
});

interface MsgStoreCode {
  readonly sender: Uint8Array;
  readonly wasm: Uint8Array;
  readonly source: string;
  readonly builder: string;
}

const msgStoreCode = messageCodec<MsgStoreCode>("MsgStoreCode", {
  sender: [1, bytesType],
  wasm: [2, bytesType],
  source: [3, textType],
  builder: [4, textType],
});

function parties(list: readonly Party[]): JsonValue {
  return list.map((one) => present({ address: one.address, coins: coinsJson(one.coins) }));
}

interface Conversion {
  readonly name: string;
  toValue(bytes: Uint8Array): JsonObject;
}

const CONVERSIONS: ReadonlyMap<string, Conversion> = new Map<string, Conversion>([
  [
    TypeUrl.msgSend,
    {
      name: "cosmos-sdk/MsgSend",
      toValue(bytes) {
        const { from, to, amount } = msgSend.decode(bytes);
        return present({ from_address: from, to_address: to, amount: coinsJson(amount) });
      },
    },
  ],
  [
    TypeUrl.msgMultiSend,
    {
      name: "cosmos-sdk/MsgMultiSend",
      toValue(bytes) {
        const { inputs, outputs } = msgMultiSend.decode(bytes);
        return { inputs: parties(inputs), outputs: parties(outputs) };
      },
    },
  ],
  [
    TypeUrl.msgStoreCode,
    {
      name: "wasm/MsgStoreCode",
      toValue(bytes) {
        const { sender, wasm, source, builder } = msgStoreCode.decode(bytes);
        return present({ sender, wasm_byte_code: wasm, source, builder });
      },
    },
  ],
  [
    TypeUrl.msgInstantiateContract,
    {
      name: "wasm/MsgInstantiateContract",
      toValue(bytes) {
        const msg = decodeMsgInstantiateContract(bytes);
        return present({
          sender: msg.sender,
          callback_code_hash: msg.callbackCodeHash,
          code_id: msg.codeId,
          label: msg.label,
          init_msg: msg.initMsg,
          init_funds: coinsJson(msg.initFunds),
          callback_sig: msg.callbackSig,
          admin: msg.admin,
        });
      },
    },
  ],
  [
    TypeUrl.msgExecuteContract,
    {
      name: "wasm/MsgExecuteContract",
      toValue(bytes) {
        const msg = decodeMsgExecuteContract(bytes);
        return present({
          sender: msg.sender,
          contract: msg.contract,
          msg: msg.msg,
          callback_code_hash: msg.callbackCodeHash,
          sent_funds: coinsJson(msg.sentFunds),
          callback_sig: msg.callbackSig,
        });
      },
    },
  ],
  [
    TypeUrl.msgMigrateContract,
    {
      name: "wasm/MsgMigrateContract",
      toValue(bytes) {
        const msg = decodeMsgMigrateContract(bytes);
        return present({
          sender: msg.sender,
          contract: msg.contract,
          code_id: msg.codeId,
          msg: msg.msg,
          callback_sig: msg.callbackSig,
          callback_code_hash: msg.callbackCodeHash,
        });
      },
    },
  ],
  [
    TypeUrl.msgUpdateAdmin,
    {
      name: "wasm/MsgUpdateAdmin",
      toValue(bytes) {
        const msg = decodeMsgUpdateAdmin(bytes);
        return present({
          sender: msg.sender,
          new_admin: msg.newAdmin,
          contract: msg.contract,
          callback_sig: msg.callbackSig,
        });
      },
    },
  ],
  [
    TypeUrl.msgClearAdmin,
    {
      name: "wasm/MsgClearAdmin",
      toValue(bytes) {
        const msg = decodeMsgClearAdmin(bytes);
        return present({ sender: msg.sender, contract: msg.contract, callback_sig: msg.callbackSig });
      },
    },
  ],
]);

/** Amino JSON of a message. Throws `WireError` for types that are not known here. */
export function aminoMessage({ typeUrl, value }: Any): JsonValue {
  const conversion = CONVERSIONS.get(typeUrl);
  if (conversion === undefined) throw new WireError("amino: a message of this type has no sign document");
  return { type: conversion.name, value: conversion.toValue(value) };
}
