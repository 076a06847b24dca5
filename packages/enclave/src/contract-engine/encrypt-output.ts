/**
 * From a contract's output to what the chain may see: data, errors and attributes encrypted to the sender, Wasm messages
 * encrypted and signed, everything else public as the contract made it.
 *
 * Spec: 02 §5.2–5.6.
 * @module
 */
import { utf8ToBytes } from "@enclavenet/common";
import {
  contractErrorText,
  encryptAttribute,
  encryptData,
  encryptError,
  type Primitives,
  type ReplyResult,
  type SecretBytes,
  sealField,
} from "@enclavenet/crypto";
import { type Attribute, EnclaveError, ReplyOn, type SubMessage } from "@enclavenet/enclave-api";
import type { AwaitedReply } from "../block-verifier/expected-replies.ts";
import type { EmittedMessage } from "./emitted.ts";
import { serializeJson } from "./json.ts";
import type { ContractOutput, ContractResponse, OutputAttribute, OutputMessage } from "./output.ts";
import type { OutputContext } from "./output-context.ts";
import { errorJson } from "./std-error.ts";
import { sealWasmMessage } from "./submessages.ts";

/** The parts of a contract result that come from its output. */
export interface EncryptedOutput {
  readonly apiVersion: 0 | 1;
  readonly error: string | undefined;
  readonly data: Uint8Array | undefined;
  readonly attributes: readonly Attribute[];
  readonly events: readonly { readonly type: string; readonly attributes: readonly Attribute[] }[];
  readonly messages: readonly SubMessage[];
  readonly internalReplyEnclaveSig: Uint8Array | undefined;
  readonly internalMsgId: Uint8Array | undefined;
  /** Wasm messages that the chain may bring back in this transaction. */
  readonly emitted: readonly EmittedMessage[];
  /** Messages of which the contract wants to hear. */
  readonly awaited: readonly AwaitedReply[];
}

function replyFields(context: OutputContext, result: ReplyResult, allParams: boolean) {
  const params = context.replyParams;
  if (params.length === 0) return { internalReplyEnclaveSig: undefined, internalMsgId: undefined };
  return context.guard.replyEnvelope(context.txKey, { params, allParams, result });
}

function sealAttribute({ primitives, txKey }: OutputContext, { key, value, encrypted }: OutputAttribute): Attribute {
  if (!encrypted) return { key, value };
  return { key: encryptAttribute(primitives, txKey, key), value: encryptAttribute(primitives, txKey, value) };
}

const NOTHING = { data: undefined, attributes: [], events: [], messages: [], emitted: [], awaited: [] } as const;

function encryptContractError(context: OutputContext, json: string, apiVersion: 0 | 1): EncryptedOutput {
  const text = contractErrorText(json);
  const error = encryptError(context.primitives, context.txKey, text, context.replyParams);
  return { ...NOTHING, apiVersion, error, ...replyFields(context, { kind: "error", error }, true) };
}

function encryptMessage(context: OutputContext, output: OutputMessage, apiVersion: 0 | 1) {
  const sealed = sealWasmMessage(context, output, apiVersion);
  const subMessage: SubMessage = {
    id: sealed === undefined ? output.id : 0n,
    message: serializeJson(sealed?.message ?? output.message),
    gasLimit: output.gasLimit,
    replyOn: output.replyOn,
    wasMsgEncrypted: true,
  };
  return { subMessage, emitted: sealed?.emitted, awaited: awaitedReply(context, output, sealed !== undefined) };
}

function awaitedReply(context: OutputContext, { id, replyOn }: OutputMessage, isWasm: boolean): AwaitedReply[] {
  return replyOn === ReplyOn.never ? [] : [{ contract: context.contractAddress, id, replyOn, isWasm }];
}

function encryptResponse(context: OutputContext, response: ContractResponse): EncryptedOutput {
  const { primitives, txKey, replyParams } = context;
  const { apiVersion } = response;
  const data = response.data === undefined ? undefined : encryptData(primitives, txKey, response.data, replyParams);
  const messages = response.messages.map((message) => encryptMessage(context, message, apiVersion));
  const sealAttributes = (attributes: readonly OutputAttribute[]) =>
    attributes.map((attribute) => sealAttribute(context, attribute));
  return {
    apiVersion,
    error: undefined,
    data,
    attributes: sealAttributes(response.attributes),
    events: response.events.map(({ type, attributes }) => ({ type, attributes: sealAttributes(attributes) })),
    messages: messages.map(({ subMessage }) => subMessage),
    emitted: messages.flatMap(({ emitted }) => emitted ?? []),
    awaited: messages.flatMap(({ awaited }) => awaited),
    ...replyFields(context, { kind: "ok", data: data ?? null }, apiVersion === 1),
  };
}

/** Encrypts the output of a call that changes state. */
export function encryptOutput(context: OutputContext, output: ContractOutput, apiVersion: 0 | 1): EncryptedOutput {
  if ("error" in output) return encryptContractError(context, errorJson(output.error), apiVersion);
  if ("response" in output) return encryptResponse(context, output.response);
  throw new EnclaveError("FailedToDeserialize", { check: "query answer from a handler" });
}

/** What a query answers: the ciphertext of the base64 text that the contract gave, or base64 of its error's. */
export function encryptQueryOutput(
  primitives: Primitives,
  txKey: SecretBytes,
  output: ContractOutput,
): { readonly data: Uint8Array | undefined; readonly error: string | undefined } {
  if ("query" in output) return { data: sealField(primitives, txKey, utf8ToBytes(output.query)), error: undefined };
  if ("error" in output) {
    const text = contractErrorText(errorJson(output.error));
    return { data: undefined, error: encryptError(primitives, txKey, text) };
  }
  throw new EnclaveError("FailedToDeserialize", { check: "handler answer from a query" });
}
