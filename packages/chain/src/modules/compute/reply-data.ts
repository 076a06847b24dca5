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
import { parseObject } from "./dispatch/json.ts";

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

/** Reads what {@link responseData} wrote. */
export function parseReplyData(data: Uint8Array): {
  readonly sealed: SealedReply;
  readonly data: Uint8Array | undefined;
} {
  try {
    const { internal_reply_enclave_sig, internal_msg_id, data: inner } = parseObject(bytesToUtf8(data), "reply data");
    if (typeof internal_reply_enclave_sig !== "string" || typeof internal_msg_id !== "string") throw missingEnvelope();
    return {
      sealed: { signature: fromBase64(internal_reply_enclave_sig), internalMsgId: fromBase64(internal_msg_id) },
      data: typeof inner === "string" ? fromBase64(inner) : undefined,
    };
  } catch (error) {
    if (!(error instanceof LocalError) && !CodedError.isCoded(error)) throw error;
    throw plainError(`cannot serialize v1 DataWithInternalReplyInfo into json: ${(error as Error).message}`);
  }
}
