/**
 * THE table of the messages that contracts may emit: what each variant of the contract's JSON becomes, for both ABIs.
 *
 * Spec: 03 §4.5. All senders are the contract itself. A variant whose module does not exist yet answers as upstream
 * answers for a message without a handler.
 * @module
 */
import type { DescMessage, Message, MessageInitShape } from "@bufbuild/protobuf";
import { cosmosBank, create, decode, encode, findMessage, secretCompute, typeUrlOf } from "@enclavenet/proto";
import { formatAddress, parseAddressOr } from "../../../support/address.ts";
import { plainError } from "../../../support/errors.ts";
import { ErrInvalidAddress, ErrUnknownRequest } from "../../../support/sdk-errors.ts";
import { ErrInvalidMsg } from "../errors.ts";
import {
  base64Field,
  byteArrayField,
  coinsField,
  type JsonObject,
  optionalText,
  soleVariant,
  textField,
  uint64Field,
} from "./json.ts";

/** ABI of the contract that emits: 0 is v0.10, 1 is v1. */
export type Abi = 0 | 1;

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

type Convert = (fields: JsonObject, contract: Uint8Array) => Converted;

interface Variant {
  /** Absent: the ABI does not have it. */
  readonly v010?: Convert;
  readonly v1?: Convert;
}

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

const sendV1: Convert = (fields, contract) => {
  const amount = coinsField(fields, "amount");
  const toAddress = textField(fields, "to_address");
  if (amount.length === 0) return messages();
  address(toAddress);
  return messages(message(cosmosBank.MsgSendSchema, { fromAddress: formatAddress(contract), toAddress, amount }));
};

const sendV010: Convert = (fields, contract) => {
  if (textField(fields, "from_address") !== formatAddress(contract)) {
    throw conversionError("contract doesn't have permission to send funds from another account (using BankMsg)");
  }
  return sendV1(fields, contract);
};

function conversionError(text: string): Error {
  return plainError(`couldn't convert v0.10 messages to v1 messages: ${text}`);
}

/** v0.10 has no such message that upstream's conversion keeps. */
const dropped: Convert = () => {
  throw conversionError("exactly one message type is supported: ");
};

const execute: Convert = (fields, contract) =>
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

const instantiate: Convert = (fields, contract) =>
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

const migrate: Convert = (fields, contract) =>
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

const updateAdmin: Convert = (fields, contract) =>
  messages(
    message(secretCompute.MsgUpdateAdminSchema, {
      sender: formatAddress(contract),
      contract: textField(fields, "contract_addr"),
      newAdmin: textField(fields, "admin"),
      callbackSig: byteArrayField(fields, "callback_sig"),
    }),
  );

const clearAdmin: Convert = (fields, contract) =>
  messages(
    message(secretCompute.MsgClearAdminSchema, {
      sender: formatAddress(contract),
      contract: textField(fields, "contract_addr"),
      callbackSig: byteArrayField(fields, "callback_sig"),
    }),
  );

const stargate: Convert = (fields) => {
  const typeUrl = textField(fields, "type_url");
  const value = base64Field(fields, "value");
  const unknown = () => ErrInvalidMsg.wrap(`Cannot unpack proto message with type URL: ${typeUrl}`);
  const schema = typeUrl.startsWith("/") ? findMessage(typeUrl) : undefined;
  if (schema === undefined) throw unknown();
  try {
    return messages({ typeUrl, value, message: decode(schema, value) });
  } catch {
    throw unknown();
  }
};

function fails(text: string): Convert {
  return () => {
    throw ErrInvalidMsg.wrap(text);
  };
}

/** A message of a module that this chain does not run yet. */
function withoutHandler(name: string): Convert {
  return () => {
    throw ErrUnknownRequest.wrap(`no message handler found for *types.${name}`);
  };
}

const both = (convert: Convert): Variant => ({ v010: convert, v1: convert });

/** Variants by `module.kind`; variants without an inner kind by `module`. */
const VARIANTS: Readonly<Record<string, Variant>> = {
  "bank.send": { v010: sendV010, v1: sendV1 },
  "bank.burn": { v1: fails("Unknown variant of Bank") },
  custom: both(fails("Custom variant not supported")),
  "staking.delegate": both(withoutHandler("MsgDelegate")),
  "staking.undelegate": both(withoutHandler("MsgUndelegate")),
  "staking.redelegate": both(withoutHandler("MsgBeginRedelegate")),
  "staking.withdraw": { v010: withoutHandler("MsgSetWithdrawAddress") },
  "distribution.set_withdraw_address": { v1: withoutHandler("MsgSetWithdrawAddress") },
  "distribution.withdraw_delegator_reward": { v1: withoutHandler("MsgWithdrawDelegatorReward") },
  "gov.vote": both(withoutHandler("MsgVote")),
  "wasm.execute": both(execute),
  "wasm.instantiate": both(instantiate),
  "wasm.migrate": { v010: dropped, v1: migrate },
  "wasm.update_admin": { v010: dropped, v1: updateAdmin },
  "wasm.clear_admin": { v010: dropped, v1: clearAdmin },
  "ibc.transfer": { v1: withoutHandler("MsgTransfer") },
  "ibc.send_packet": { v1: withoutHandler("MsgSendPacket") },
  "ibc.close_channel": { v1: withoutHandler("MsgChannelCloseInit") },
  stargate: { v1: stargate },
  finalize_tx: { v1: () => ({ kind: "finalize" }) },
};

/** Variants that carry their fields directly. */
const WITHOUT_KIND: ReadonlySet<string> = new Set(["custom", "stargate", "finalize_tx"]);

/** Whether the message calls or changes a contract: the events of such messages are sorted (spec 03 §4.7). */
export function isWasmMessage(parsed: JsonObject): boolean {
  return Object.hasOwn(parsed, "wasm");
}

/** Converts one emitted message. Throws the error that upstream gives for it. */
export function convertMessage(parsed: JsonObject, abi: Abi, contract: Uint8Array): Converted {
  const [module, body] = soleVariant(parsed, "message");
  const [kind, fields] = WITHOUT_KIND.has(module) ? ["", body] : soleVariant(body, "message");
  const name = kind === "" ? module : `${module}.${kind}`;
  const variant = Object.hasOwn(VARIANTS, name) ? VARIANTS[name] : undefined;
  const convert = abi === 0 ? variant?.v010 : variant?.v1;
  if (convert === undefined) throw ErrInvalidMsg.wrap(`Unknown variant of ${module}`);
  return convert(fields, contract);
}
