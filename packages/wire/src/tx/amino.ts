/**
 * Amino JSON sign documents, rebuilt from a decoded transaction: what SIGN_MODE_LEGACY_AMINO_JSON and EIP-191 sign.
 *
 * Spec: 04 §6.3 (form), 02 §3.4 (amino encodings of the messages: addresses in bytes are base64). A message that this file
 * does not know has no sign document here: the transaction is refused, never guessed at.
 * @module
 */
import { concatBytes, toBase64, utf8ToBytes } from "@enclavenet/common";
import { WireError } from "../errors.ts";
import type { JsonValue } from "../json/parse.ts";
import { canonicalJson, indentJson } from "../json/serialize.ts";
import { bytesType, messageCodec, repeatedMessage, textType } from "../protobuf/message.ts";
import {
  decodeMsgClearAdmin,
  decodeMsgExecuteContract,
  decodeMsgInstantiateContract,
  decodeMsgMigrateContract,
  decodeMsgUpdateAdmin,
} from "./compute-messages.ts";
import { type Any, type AuthInfo, type Coin, coinCodec, type TxBody } from "./tx.ts";

type JsonObject = { readonly [key: string]: JsonValue };

function coins(list: readonly Coin[]): JsonValue {
  return list.map(({ denom, amount }) => ({ denom, amount }));
}

/** Fields with default values are left out. */
function present(fields: { readonly [key: string]: JsonValue | Uint8Array | bigint }): JsonObject {
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

const msgSend = messageCodec<{ readonly from: string; readonly to: string; readonly amount: readonly Coin[] }>(
  "MsgSend",
  { from: [1, textType], to: [2, textType], amount: [3, repeatedMessage(() => coinCodec)] },
);

interface Party {
  readonly address: string;
  readonly coins: readonly Coin[];
}

const party = messageCodec<Party>("Input", {
  address: [1, textType],
  coins: [2, repeatedMessage(() => coinCodec)],
});

const msgMultiSend = messageCodec<{ readonly inputs: readonly Party[]; readonly outputs: readonly Party[] }>(
  "MsgMultiSend",
  { inputs: [1, repeatedMessage(() => party)], outputs: [2, repeatedMessage(() => party)] },
);

const msgStoreCode = messageCodec<{
  readonly sender: Uint8Array;
  readonly wasm: Uint8Array;
  readonly source: string;
  readonly builder: string;
}>("MsgStoreCode", {
  sender: [1, bytesType],
  wasm: [2, bytesType],
  source: [3, textType],
  builder: [4, textType],
});

function parties(list: readonly Party[]): JsonValue {
  return list.map((one) => present({ address: one.address, coins: coins(one.coins) }));
}

/** Amino name and value of each known message, by type URL. */
const CONVERTERS: Readonly<
  Record<string, (value: Uint8Array) => { readonly type: string; readonly value: JsonObject }>
> = {
  "/cosmos.bank.v1beta1.MsgSend"(bytes) {
    const { from, to, amount } = msgSend.decode(bytes);
    const value = present({ from_address: from, to_address: to, amount: coins(amount) });
    return { type: "cosmos-sdk/MsgSend", value };
  },
  "/cosmos.bank.v1beta1.MsgMultiSend"(bytes) {
    const { inputs, outputs } = msgMultiSend.decode(bytes);
    return { type: "cosmos-sdk/MsgMultiSend", value: { inputs: parties(inputs), outputs: parties(outputs) } };
  },
  "/secret.compute.v1beta1.MsgStoreCode"(bytes) {
    const { sender, wasm, source, builder } = msgStoreCode.decode(bytes);
    return { type: "wasm/MsgStoreCode", value: present({ sender, wasm_byte_code: wasm, source, builder }) };
  },
  "/secret.compute.v1beta1.MsgInstantiateContract"(bytes) {
    const msg = decodeMsgInstantiateContract(bytes);
    const value = present({
      sender: msg.sender,
      callback_code_hash: msg.callbackCodeHash,
      code_id: msg.codeId,
      label: msg.label,
      init_msg: msg.initMsg,
      init_funds: coins(msg.initFunds),
      callback_sig: msg.callbackSig,
      admin: msg.admin,
    });
    return { type: "wasm/MsgInstantiateContract", value };
  },
  "/secret.compute.v1beta1.MsgExecuteContract"(bytes) {
    const msg = decodeMsgExecuteContract(bytes);
    const value = present({
      sender: msg.sender,
      contract: msg.contract,
      msg: msg.msg,
      callback_code_hash: msg.callbackCodeHash,
      sent_funds: coins(msg.sentFunds),
      callback_sig: msg.callbackSig,
    });
    return { type: "wasm/MsgExecuteContract", value };
  },
  "/secret.compute.v1beta1.MsgMigrateContract"(bytes) {
    const msg = decodeMsgMigrateContract(bytes);
    const value = present({
      sender: msg.sender,
      contract: msg.contract,
      code_id: msg.codeId,
      msg: msg.msg,
      callback_sig: msg.callbackSig,
      callback_code_hash: msg.callbackCodeHash,
    });
    return { type: "wasm/MsgMigrateContract", value };
  },
  "/secret.compute.v1beta1.MsgUpdateAdmin"(bytes) {
    const msg = decodeMsgUpdateAdmin(bytes);
    const value = present({
      sender: msg.sender,
      new_admin: msg.newAdmin,
      contract: msg.contract,
      callback_sig: msg.callbackSig,
    });
    return { type: "wasm/MsgUpdateAdmin", value };
  },
  "/secret.compute.v1beta1.MsgClearAdmin"(bytes) {
    const msg = decodeMsgClearAdmin(bytes);
    const value = present({ sender: msg.sender, contract: msg.contract, callback_sig: msg.callbackSig });
    return { type: "wasm/MsgClearAdmin", value };
  },
};

function aminoMessage({ typeUrl, value }: Any): JsonValue {
  const convert = Object.hasOwn(CONVERTERS, typeUrl) ? CONVERTERS[typeUrl] : undefined;
  if (convert === undefined) throw new WireError("amino: a message of this type has no sign document");
  return convert(value);
}

/** What an amino sign document is made from. */
export interface AminoDocument {
  readonly body: TxBody;
  readonly authInfo: AuthInfo;
  readonly chainId: string;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
}

function document({ body, authInfo, chainId, accountNumber, sequence }: AminoDocument): JsonObject {
  if (body.extensionOptions.length > 0 || body.nonCriticalExtensionOptions.length > 0) {
    throw new WireError("amino: extension options have no sign document");
  }
  const { amount, gasLimit, payer, granter } = authInfo.fee ?? { amount: [], gasLimit: 0n, payer: "", granter: "" };
  return {
    account_number: accountNumber.toString(),
    chain_id: chainId,
    fee: { ...present({ payer, granter }), amount: coins(amount), gas: gasLimit.toString() },
    memo: body.memo,
    msgs: body.messages.map(aminoMessage),
    sequence: sequence.toString(),
    ...present({ timeout_height: body.timeoutHeight }),
  };
}

/** Sign bytes of SIGN_MODE_LEGACY_AMINO_JSON. Throws `WireError` for a transaction that has none. */
export function aminoSignBytes(parts: AminoDocument): Uint8Array {
  return utf8ToBytes(canonicalJson(document(parts)));
}

/** Sign bytes of SIGN_MODE_EIP_191: the same document, indented, behind Ethereum's prefix. */
export function eip191SignBytes(parts: AminoDocument): Uint8Array {
  const text = utf8ToBytes(indentJson(document(parts), { sortKeys: true, escapeHtml: true }));
  return concatBytes(utf8ToBytes(`\x19Ethereum Signed Message:\n${text.length}`), text);
}
