/**
 * SDK messages out of the JSON that contracts emit. All senders are the contract itself; which variant becomes what is the
 * table of messages.
 *
 * Spec: 03 §4.5.
 * @module
 */
import type { DescMessage, Message, MessageInitShape } from "@bufbuild/protobuf";
import {
  cosmosBank,
  create,
  decode,
  encode,
  findMessage,
  namesSigners,
  secretCompute,
  typeUrlOf,
} from "@enclavenet/proto";
import { formatAddress, parseAddressOr } from "../../../support/address.ts";
import { ErrInvalidAddress, ErrUnknownRequest } from "../../../support/sdk-errors.ts";
import { ErrInvalidMsg, ErrUnsupported } from "../errors.ts";
import {
  base64Field,
  byteArrayField,
  coinsField,
  type JsonObject,
  optionalText,
  textField,
  uint64Field,
} from "./json.ts";

/** A message ready for the router. */
export interface SdkMessage {
  readonly typeUrl: string;
  readonly value: Uint8Array;
  readonly message: Message;
}

/** What a variant becomes: messages to dispatch in order, or the marker that ends the transaction's messages. */
export type Converted =
  | { readonly kind: "messages"; readonly messages: readonly SdkMessage[] }
  | { readonly kind: "finalize" };

/** Makes SDK messages of a variant's fields in their v1 form. Throws the error that upstream gives for them. */
export type Convert = (fields: JsonObject, contract: Uint8Array) => Converted;

function message<S extends DescMessage>(schema: S, init: MessageInitShape<S>): SdkMessage {
  const created = create(schema, init);
  return { typeUrl: typeUrlOf(schema), value: encode(schema, created), message: created };
}

function messages(...list: readonly SdkMessage[]): Converted {
  return { kind: "messages", messages: list };
}

function address(text: string): Uint8Array {
  return parseAddressOr(text, () => ErrInvalidAddress.wrap(text));
}

export const send: Convert = (fields, contract) => {
  const amount = coinsField(fields, "amount");
  const toAddress = textField(fields, "to_address");
  if (amount.length === 0) return messages();
  address(toAddress);
  return messages(message(cosmosBank.MsgSendSchema, { fromAddress: formatAddress(contract), toAddress, amount }));
};

export const execute: Convert = (fields, contract) =>
  messages(
    message(secretCompute.MsgExecuteContractSchema, {
      sender: contract,
      contract: address(textField(fields, "contract_addr")),
      msg: base64Field(fields, "msg"),
      callbackCodeHash: optionalText(fields, "callback_code_hash") ?? "",
      sentFunds: coinsField(fields, "send"),
      callbackSig: byteArrayField(fields, "callback_sig"),
    }),
  );

export const instantiate: Convert = (fields, contract) =>
  messages(
    message(secretCompute.MsgInstantiateContractSchema, {
      sender: contract,
      codeId: uint64Field(fields, "code_id"),
      label: textField(fields, "label"),
      initMsg: base64Field(fields, "msg"),
      callbackCodeHash: optionalText(fields, "callback_code_hash") ?? "",
      initFunds: coinsField(fields, "send"),
      callbackSig: byteArrayField(fields, "callback_sig"),
      admin: optionalText(fields, "admin") ?? "",
    }),
  );

export const migrate: Convert = (fields, contract) =>
  messages(
    message(secretCompute.MsgMigrateContractSchema, {
      sender: formatAddress(contract),
      contract: textField(fields, "contract_addr"),
      codeId: uint64Field(fields, "code_id"),
      msg: base64Field(fields, "msg"),
      callbackSig: byteArrayField(fields, "callback_sig"),
      callbackCodeHash: "",
    }),
  );

export const updateAdmin: Convert = (fields, contract) =>
  messages(
    message(secretCompute.MsgUpdateAdminSchema, {
      sender: formatAddress(contract),
      contract: textField(fields, "contract_addr"),
      newAdmin: textField(fields, "admin"),
      callbackSig: byteArrayField(fields, "callback_sig"),
    }),
  );

export const clearAdmin: Convert = (fields, contract) =>
  messages(
    message(secretCompute.MsgClearAdminSchema, {
      sender: formatAddress(contract),
      contract: textField(fields, "contract_addr"),
      callbackSig: byteArrayField(fields, "callback_sig"),
    }),
  );

/**
 * Any message that the chain knows. Types that name no signer are parts of messages, not messages; upstream's registry finds
 * a type under its exact URL only.
 */
export const stargate: Convert = (fields) => {
  const typeUrl = textField(fields, "type_url");
  const value = base64Field(fields, "value");
  const unknown = () => ErrInvalidMsg.wrap(`Cannot unpack proto message with type URL: ${typeUrl}`);
  const schema = findMessage(typeUrl);
  if (schema === undefined || typeUrlOf(schema) !== typeUrl || !namesSigners(schema)) throw unknown();
  try {
    return messages({ typeUrl, value, message: decode(schema, value) });
  } catch {
    throw unknown();
  }
};

/** A variant that upstream knows and refuses. */
export function fails(text: string): Convert {
  return () => {
    throw ErrInvalidMsg.wrap(text);
  };
}

/** Messages of a module that this chain does not run yet; `name` is the first of them, which finds no handler. */
export function withoutHandler(name: string): Convert {
  return () => {
    throw ErrUnknownRequest.wrap(`no message handler found for *types.${name}`);
  };
}

/** Contracts have no port: there is no IBC module yet. */
export const sendPacket: Convert = () => {
  throw ErrUnsupported.wrap("ibc not supported");
};

export const finalize: Convert = () => ({ kind: "finalize" });
