/**
 * What a contract returned: the untagged shapes of spec 03 §4.3, tried in their order, into one typed form.
 * @module
 */
import { EnclaveError, ReplyOn } from "@enclavenet/enclave-api";
import type { JsonValue } from "@enclavenet/wire";
import {
  asArray,
  asBase64,
  asObject,
  asText,
  asU64,
  denyUnknown,
  isObject,
  type JsonObject,
  optional,
  parseContractJson,
} from "./json.ts";
import { checkMessage } from "./message-variants.ts";
import { bounded, MAX_ATTRIBUTES, MAX_EVENTS, MAX_MESSAGES, MAX_OUTPUT_BYTES } from "./output-limits.ts";

/** 0: v0.10, 1: v1. */
export type ApiVersion = 0 | 1;

export interface OutputAttribute {
  readonly key: string;
  readonly value: string;
  /** True unless the contract said otherwise. */
  readonly encrypted: boolean;
}

export interface OutputMessage {
  readonly id: bigint;
  readonly message: JsonObject;
  readonly gasLimit: bigint | undefined;
  readonly replyOn: number;
}

/** A successful response of either ABI version. */
export interface ContractResponse {
  readonly apiVersion: ApiVersion;
  readonly messages: readonly OutputMessage[];
  readonly attributes: readonly OutputAttribute[];
  readonly events: readonly { readonly type: string; readonly attributes: readonly OutputAttribute[] }[];
  readonly data: Uint8Array | undefined;
}

/** `error` holds the JSON value that stood under `Err`. */
export type ContractOutput =
  | { readonly error: JsonValue }
  | { readonly query: string }
  | { readonly response: ContractResponse };

function attribute(value: JsonValue): OutputAttribute {
  const object = asObject(value, "attribute");
  const encrypted = object.encrypted;
  if (encrypted !== undefined && typeof encrypted !== "boolean") throw new EnclaveError("FailedToDeserialize");
  return {
    key: asText(object.key, "attribute key"),
    value: asText(object.value, "attribute value"),
    encrypted: encrypted ?? true,
  };
}

function attributes(value: JsonValue | undefined): OutputAttribute[] {
  const list = asArray(value, "attributes");
  bounded(list.length, MAX_ATTRIBUTES, "attributes");
  return list.map(attribute);
}

function event(value: JsonValue): ContractResponse["events"][number] {
  const object = asObject(value, "event");
  return { type: asText(object.type, "event type"), attributes: attributes(object.attributes) };
}

function events(value: JsonValue | undefined, others: readonly OutputAttribute[]): ContractResponse["events"] {
  const list = asArray(value, "events");
  bounded(list.length, MAX_EVENTS, "events");
  const read = list.map(event);
  const all = read.reduce((sum, one) => sum + one.attributes.length, others.length);
  bounded(all, MAX_ATTRIBUTES, "attributes");
  return read;
}

function messages(value: JsonValue | undefined, read: (message: JsonValue) => OutputMessage): OutputMessage[] {
  const list = asArray(value, "messages");
  bounded(list.length, MAX_MESSAGES, "messages");
  return list.map(read);
}

/** A map, not the object: names such as "constructor" are properties of every object. */
const REPLY_ON: ReadonlyMap<string, number> = new Map(Object.entries(ReplyOn));

function subMessage(value: JsonValue): OutputMessage {
  const object = asObject(value, "sub-message");
  const replyOn = REPLY_ON.get(asText(object.reply_on, "reply_on"));
  if (replyOn === undefined) throw new EnclaveError("FailedToDeserialize", { check: "reply_on" });
  return {
    id: asU64(object.id, "sub-message id"),
    message: checkMessage(asObject(object.msg, "message"), 1),
    gasLimit: optional(object.gas_limit, (limit) => asU64(limit, "gas_limit")),
    replyOn,
  };
}

function plainMessage(value: JsonValue): OutputMessage {
  const message = checkMessage(asObject(value, "message"), 0);
  return { id: 0n, message, gasLimit: undefined, replyOn: ReplyOn.never };
}

function v010Response(ok: JsonObject): ContractResponse {
  return {
    apiVersion: 0,
    messages: messages(ok.messages, plainMessage),
    attributes: attributes(ok.log),
    events: [],
    data: optional(ok.data, (data) => asBase64(data, "data")),
  };
}

function v1Response(ok: JsonObject): ContractResponse {
  const own = attributes(ok.attributes);
  return {
    apiVersion: 1,
    messages: messages(ok.messages, subMessage),
    attributes: own,
    events: events(ok.events, own),
    data: optional(ok.data, (data) => asBase64(data, "data")),
  };
}

/** Parses the contract's result bytes. Throws `FailedToDeserialize` for every other shape. */
export function parseContractOutput(bytes: Uint8Array): ContractOutput {
  bounded(bytes.length, MAX_OUTPUT_BYTES, "bytes");
  const output = asObject(parseContractJson(bytes), "output");
  const { Err: error, Ok: ok, ok: lowerOk } = output;
  if (error !== undefined) return { error };
  if (typeof ok === "string") return { query: ok };
  if (typeof lowerOk === "string") return { query: lowerOk };
  if (isObject(ok)) {
    if (ok.log !== undefined && denyUnknown(ok, ["messages", "log", "data"])) return { response: v010Response(ok) };
    if (denyUnknown(ok, ["messages", "attributes", "events", "data"])) return { response: v1Response(ok) };
  }
  throw new EnclaveError("FailedToDeserialize", { check: "output shape" });
}
