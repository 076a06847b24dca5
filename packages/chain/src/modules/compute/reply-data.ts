/**
 * What a reply is made of, and the data of a call whose caller waits for one: JSON that carries the enclave's signature and
 * id beside the data.
 *
 * Spec: 02 §5.6 ("Chain side").
 * @module
 */
import type { Event } from "@enclavenet/abci";
import { bytesToUtf8, CodedError, fromBase64, LocalError, toBase64, utf8ToBytes } from "@enclavenet/common";
import type { ContractResult } from "@enclavenet/enclave-api";
import { type ChainError, plainError } from "../../support/errors.ts";
import { type JsonObject, parseObject } from "./dispatch/json.ts";

/** What the enclave needs to believe a reply. */
export interface SealedReply {
  readonly internalMsgId: Uint8Array;
  readonly signature: Uint8Array;
}

/** What became of an emitted message. */
export interface ReplyOutcome {
  /** Id that the contract gave; it means nothing in a sealed reply. */
  readonly id: bigint;
  /** The callee's enclave call, when the message called a contract. */
  readonly sealed: SealedReply | undefined;
  /** Undefined: success. */
  readonly error: string | undefined;
  readonly data: Uint8Array | undefined;
  readonly events: readonly Event[];
}

/** What a call sealed for the caller who waits; undefined when nobody waits. */
export function sealedReply({ internalMsgId, internalReplyEnclaveSig }: ContractResult): SealedReply | undefined {
  if (internalMsgId === undefined || internalReplyEnclaveSig === undefined) return undefined;
  return { internalMsgId, signature: internalReplyEnclaveSig };
}

/** Data of a response as the message answers it; undefined when the contract gave none. */
export function responseData(result: ContractResult): Uint8Array | undefined {
  const { data } = result;
  const sealed = sealedReply(result);
  if (sealed === undefined) return data;
  const json = {
    internal_reply_enclave_sig: toBase64(sealed.signature),
    internal_msg_id: toBase64(sealed.internalMsgId),
    ...(data === undefined || data.length === 0 ? {} : { data: toBase64(data) }),
  };
  return utf8ToBytes(JSON.stringify(json));
}

/** A reply was asked for, and the callee has no enclave's word to show (spec 02 §5.6). */
export function missingEnvelope(): ChainError {
  return plainError(
    "when sending a reply both InternaReplyEnclaveSig and InternalMsgId are expected to be initialized",
  );
}

/** The fields of an envelope. Throws a plain error for bytes that are none. */
function parseEnvelope(data: Uint8Array): JsonObject {
  try {
    return parseObject(bytesToUtf8(data), "reply data");
  } catch (error) {
    throw unreadableEnvelope(error);
  }
}

function bytesIn(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch (error) {
    throw unreadableEnvelope(error);
  }
}

/** Only errors about the bytes are reworded. */
function unreadableEnvelope(error: unknown): unknown {
  if (!(error instanceof LocalError) && !CodedError.isCoded(error)) return error;
  return plainError(`cannot serialize v1 DataWithInternalReplyInfo into json: ${(error as Error).message}`);
}

/** Reads what {@link responseData} wrote. */
export function parseReplyData(data: Uint8Array): {
  readonly sealed: SealedReply;
  readonly data: Uint8Array | undefined;
} {
  const { internal_reply_enclave_sig, internal_msg_id, data: inner } = parseEnvelope(data);
  if (typeof internal_reply_enclave_sig !== "string" || typeof internal_msg_id !== "string") throw missingEnvelope();
  return {
    sealed: { signature: bytesIn(internal_reply_enclave_sig), internalMsgId: bytesIn(internal_msg_id) },
    data: typeof inner === "string" ? bytesIn(inner) : undefined,
  };
}
