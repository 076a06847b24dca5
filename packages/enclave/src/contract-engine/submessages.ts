/**
 * Wasm messages that a contract emits: encrypted for the callee under the same message key, signed with the callback
 * secret, and remembered, so that the chain can bring back only what was really emitted.
 *
 * Spec: 02 §5.5 (plaintext and fields), §4 (signature).
 * @module
 */
import { toBase64 } from "@enclavenet/common";
import {
  encodeSubMessagePlaintext,
  type FundsCoin,
  SECRET_MESSAGE_HEADER_LENGTH,
  sealSecretMessage,
} from "@enclavenet/crypto";
import { EnclaveError, ReplyOn } from "@enclavenet/enclave-api";
import type { JsonValue } from "@enclavenet/wire";
import { tryDecodeAddress } from "../account-address.ts";
import type { EmittedMessage } from "./emitted.ts";
import { asArray, asBase64, asObject, asText, asU64, type JsonObject, optional } from "./json.ts";
import { wasmMessage } from "./message-variants.ts";
import type { OutputMessage } from "./output.ts";
import type { OutputContext } from "./output-context.ts";

function readFunds(value: JsonValue | undefined): FundsCoin[] {
  return asArray(value, "funds").map((item) => {
    const coin = asObject(item, "coin");
    return { denom: asText(coin.denom, "denom"), amount: asText(coin.amount, "amount") };
  });
}

/** Name of the field that holds the callee's code hash. */
function hashField(apiVersion: 0 | 1): "code_hash" | "callback_code_hash" {
  return apiVersion === 1 ? "code_hash" : "callback_code_hash";
}

function plaintextOf(context: OutputContext, output: OutputMessage, fields: JsonObject, apiVersion: 0 | 1): Uint8Array {
  const plan = {
    calleeCodeHash: asText(fields[hashField(apiVersion)], "code hash"),
    msg: asBase64(fields.msg, "inner message"),
  };
  // v0.10 has no replies and its messages never carry waiting callers on.
  if (apiVersion === 0) return encodeSubMessagePlaintext({ ...plan, replyParams: [] });
  const { replyParams } = context;
  if (output.replyOn === ReplyOn.never) return encodeSubMessagePlaintext({ ...plan, replyParams });
  const reply = { subMessageId: output.id, ownCodeHash: context.codeHash };
  return encodeSubMessagePlaintext({ ...plan, reply, replyParams });
}

/** The message with its new fields, and what was emitted when it calls or creates a contract. */
export interface SealedWasmMessage {
  readonly message: JsonObject;
  readonly emitted: EmittedMessage | undefined;
}

/** Encrypts and signs a Wasm message; undefined for a message of another module. */
export function sealWasmMessage(
  context: OutputContext,
  output: OutputMessage,
  apiVersion: 0 | 1,
): SealedWasmMessage | undefined {
  const wasm = wasmMessage(output.message);
  if (wasm === undefined) return undefined;
  switch (wasm.kind) {
    case "execute":
    case "instantiate":
      return sealCall(context, output, apiVersion, wasm.kind, wasm.fields);
    case "migrate":
      return sealMigration(context, output, apiVersion, wasm.fields);
    case "update_admin":
    case "clear_admin":
      return sealAdminChange(context, wasm.kind, wasm.fields);
    default:
      throw new EnclaveError("FailedToDeserialize", { check: "wasm message kind" });
  }
}

/** `callback_sig` travels as an array of numbers (spec 02 §4). */
function signed(kind: string, fields: JsonObject, signature: Uint8Array): SealedWasmMessage {
  const withSignature = { ...fields, callback_sig: Array.from(signature, (byte) => BigInt(byte)) };
  return { message: { wasm: { [kind]: withSignature } }, emitted: undefined };
}

/** Wire bytes and the ciphertext part that the callback signature covers. */
function sealPlaintext(context: OutputContext, plaintext: Uint8Array): { wire: Uint8Array; ciphertext: Uint8Array } {
  const wire = sealSecretMessage(context.primitives, context.txKey, context.header, plaintext);
  return { wire, ciphertext: wire.subarray(SECRET_MESSAGE_HEADER_LENGTH) };
}

function sealMigration(
  context: OutputContext,
  output: OutputMessage,
  apiVersion: 0 | 1,
  fields: JsonObject,
): SealedWasmMessage {
  const { wire, ciphertext } = sealPlaintext(context, plaintextOf(context, output, fields, apiVersion));
  const signature = context.guard.callbackSignature(ciphertext, []);
  const { message } = signed("migrate", { ...fields, msg: toBase64(wire) }, signature);
  const codeId = asU64(fields.code_id, "code_id");
  return { message, emitted: emittedTo(context, fields, { kind: "migrate", msg: wire, codeId }) };
}

/** SECURITY(spec 02 §4): the signature is the same for every change of admin, so only `emitted` tells them apart. */
function sealAdminChange(
  context: OutputContext,
  kind: "update_admin" | "clear_admin",
  fields: JsonObject,
): SealedWasmMessage {
  const msg = new Uint8Array(0);
  const { message } = signed(kind, fields, context.guard.callbackSignature(msg, []));
  const admin = kind === "update_admin" ? asText(fields.admin, "admin") : "";
  return { message, emitted: emittedTo(context, fields, { kind, msg, admin }) };
}

function sealCall(
  context: OutputContext,
  output: OutputMessage,
  apiVersion: 0 | 1,
  kind: "execute" | "instantiate",
  fields: JsonObject,
): SealedWasmMessage {
  const funds = readFunds(fields.send);
  const { wire, ciphertext } = sealPlaintext(context, plaintextOf(context, output, fields, apiVersion));
  const { message } = signed(
    kind,
    { ...fields, msg: toBase64(wire) },
    context.guard.callbackSignature(ciphertext, funds),
  );
  return { message, emitted: emittedCall(context, kind, fields, { msg: wire, funds }) };
}

/** A message to an existing contract; undefined when its address is none, so that the chain will refuse it anyway. */
function emittedTo(
  context: OutputContext,
  fields: JsonObject,
  message: Pick<EmittedMessage, "kind" | "msg"> & Partial<EmittedMessage>,
): EmittedMessage | undefined {
  const contract = tryDecodeAddress(asText(fields.contract_addr, "contract_addr"));
  if (contract === undefined) return undefined;
  return { sender: context.contractAddress, contract, funds: [], codeId: 0n, label: "", admin: "", ...message };
}

/** What may come back; undefined when the callee's address is none, so that the chain will refuse the message anyway. */
function emittedCall(
  context: OutputContext,
  kind: "execute" | "instantiate",
  fields: JsonObject,
  sent: Pick<EmittedMessage, "msg" | "funds">,
): EmittedMessage | undefined {
  const sender = context.contractAddress;
  if (kind === "instantiate") {
    return {
      ...sent,
      kind,
      sender,
      contract: new Uint8Array(0),
      codeId: asU64(fields.code_id, "code_id"),
      label: asText(fields.label, "label"),
      admin: optional(fields.admin, (admin) => asText(admin, "admin")) ?? "",
    };
  }
  return emittedTo(context, fields, { ...sent, kind });
}
