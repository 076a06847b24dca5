/**
 * Reply envelopes: what a callee's enclave hands to the waiting caller through the host, and how it is read back.
 *
 * Spec: 02 §5.6. The signature covers the reply JSON with `events` empty, because the host adds the events.
 * Vectors: tests/vectors/enclave-crypto.json, section reply
 * @module
 */
import { concatBytes, toBase64, utf8ToBytes } from "@enclavenet/common";
import { cryptoUsageError } from "../errors.ts";
import type { Primitives } from "../primitives.ts";
import type { SecretBytes } from "../secret-bytes.ts";
import { callbackSignature } from "./callback-signature.ts";
import { CODE_HASH_TEXT_LENGTH, encodeReplyParam, type ReplyParam, readReplyParams } from "./contract-input.ts";
import { openData, openField, sealField, tryDecodeBase64Bytes } from "./output.ts";

const MAX_U64 = 2n ** 64n - 1n;
const MAX_U64_DIGITS = 20;

/** Result part of a reply in its encrypted form. */
export type ReplyResult =
  | { readonly kind: "ok"; readonly data: Uint8Array | null }
  /** `error` is the base64 text of the encrypted error. */
  | { readonly kind: "error"; readonly error: string };

/** Reply JSON exactly as it is signed: field order fixed, no spaces, events empty. */
export function replyJson(internalMsgId: Uint8Array, result: ReplyResult): string {
  const inner =
    result.kind === "ok"
      ? { ok: { events: [], data: result.data === null ? null : toBase64(result.data) } }
      : { error: result.error };
  return JSON.stringify({
    id: toBase64(internalMsgId),
    result: inner,
    was_orig_msg_encrypted: true,
    is_encrypted: true,
  });
}

/** What goes back beside the result of a call that someone waits for. */
export interface ReplyEnvelope {
  readonly internalMsgId: Uint8Array;
  readonly internalReplyEnclaveSig: Uint8Array;
}

/** Plaintext of the internal message id. `allParams` is false only for an ok result of a v0.10 callee. */
export function replyIdPlaintext(params: readonly ReplyParam[], allParams: boolean): Uint8Array {
  const [first, ...outer] = params;
  if (first === undefined) throw cryptoUsageError("a reply needs reply params");
  const groups = allParams ? outer.map(encodeReplyParam) : [];
  return concatBytes(first.recipientCodeHash, ...groups, utf8ToBytes(first.subMessageId.toString()));
}

/** Builds and signs the envelope of a result. */
export function createReplyEnvelope(
  primitives: Primitives,
  keys: { readonly txKey: SecretBytes; readonly callbackSecret: SecretBytes },
  reply: { readonly params: readonly ReplyParam[]; readonly allParams: boolean; readonly result: ReplyResult },
): ReplyEnvelope {
  const internalMsgId = sealField(primitives, keys.txKey, replyIdPlaintext(reply.params, reply.allParams));
  const signed = utf8ToBytes(replyJson(internalMsgId, reply.result));
  return { internalMsgId, internalReplyEnclaveSig: callbackSignature(primitives, keys.callbackSecret, signed) };
}

/** An opened internal message id. */
export interface ReplyId {
  /** Code hash text (64 bytes) of the contract for which the reply is meant; compare with the running code. */
  readonly recipientCodeHash: Uint8Array;
  /** Reply params for the reply's own outputs: the callers that still wait. */
  readonly replyParams: readonly ReplyParam[];
  /** The id under which the contract sent the sub-message. */
  readonly subMessageId: bigint;
}

/** Decimal text of an unsigned 64-bit number, or undefined. */
function tryParseDecimalU64(text: Uint8Array): bigint | undefined {
  if (text.length === 0 || text.length > MAX_U64_DIGITS) return undefined;
  let value = 0n;
  for (const byte of text) {
    if (byte < 48 || byte > 57) return undefined;
    value = value * 10n + BigInt(byte - 48);
  }
  return value <= MAX_U64 ? value : undefined;
}

/** Opens an internal message id; undefined when it is not authentic or malformed. */
export function openReplyId(primitives: Primitives, txKey: SecretBytes, id: Uint8Array): ReplyId | undefined {
  const plaintext = openField(primitives, txKey, id);
  if (plaintext === undefined || plaintext.length < CODE_HASH_TEXT_LENGTH) return undefined;
  const { params, end } = readReplyParams(plaintext, CODE_HASH_TEXT_LENGTH);
  const subMessageId = tryParseDecimalU64(plaintext.subarray(end));
  if (subMessageId === undefined) return undefined;
  return { recipientCodeHash: plaintext.slice(0, CODE_HASH_TEXT_LENGTH), replyParams: params, subMessageId };
}

/** Opens the data of an encrypted reply: the bytes that the callee returned. */
export function openReplyData(primitives: Primitives, txKey: SecretBytes, data: Uint8Array): Uint8Array | undefined {
  return openData(primitives, txKey, data, CODE_HASH_TEXT_LENGTH);
}

/** Opens the error of an encrypted reply (base64 text on the wire): the callee's error text as bytes. */
export function openReplyError(primitives: Primitives, txKey: SecretBytes, error: string): Uint8Array | undefined {
  const sealed = tryDecodeBase64Bytes(utf8ToBytes(error));
  const plaintext = sealed === undefined ? undefined : openField(primitives, txKey, sealed);
  if (plaintext === undefined || plaintext.length < CODE_HASH_TEXT_LENGTH) return undefined;
  return plaintext.slice(CODE_HASH_TEXT_LENGTH);
}
