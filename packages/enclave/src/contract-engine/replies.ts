/**
 * Replies: opens what the host delivers, checks that it was given and is awaited, and makes the JSON that the contract reads.
 *
 * Spec: 02 §5.6 (envelope, signature), 03 §4.7 (JSON).
 * @module
 */
import { bytesToUtf8, equalBytes, LocalError, toBase64, toHex, utf8ToBytes } from "@enclavenet/common";
import {
  type OpenedMessage,
  openReplyData,
  openReplyError,
  openReplyId,
  type Primitives,
  type ReplyParam,
  replyJson,
} from "@enclavenet/crypto";
import { type EcallRequest, EnclaveError } from "@enclavenet/enclave-api";
import type { ExpectedReplies } from "../block-verifier/expected-replies.ts";
import type { CallOrigin } from "../block-verifier/open-block.ts";
import type { KeyGuard } from "../key-guard/key-guard.ts";
import type { OpenedInput } from "./open-message.ts";

type ReplyRequest = EcallRequest<"reply">;

/** Parts of a reply in clear. */
interface ReplyContent {
  readonly id: bigint;
  readonly data: Uint8Array | undefined;
  readonly error: string | undefined;
}

function refuse(check: string): never {
  throw new EnclaveError("ValidationFailure", { check });
}

/** Field order is part of the protocol: guests pay for parsing. */
function contractReplyJson({ id, data, error }: ReplyContent, events: ReplyRequest["events"]): Uint8Array {
  const result =
    error === undefined
      ? {
          ok: {
            events: events.map(({ type, attributes }) => ({
              type,
              attributes: attributes.map(({ key, value }) => ({ key, value })),
            })),
            data: data === undefined ? null : toBase64(data),
          },
        }
      : { error };
  return utf8ToBytes(`{"id":${id},"result":${JSON.stringify(result)}}`);
}

/** SECURITY: what the callee's call in this enclave did not give, under its signature, is refused. */
function openSealed(
  primitives: Primitives,
  guard: KeyGuard,
  opened: OpenedMessage,
  request: ReplyRequest,
  { internalMsgId, signature }: NonNullable<ReplyRequest["sealed"]>,
): ReplyContent & { readonly replyParams: readonly ReplyParam[] } {
  const { data, error } = request;
  const signed = replyJson(
    internalMsgId,
    error === undefined ? { kind: "ok", data: data ?? null } : { kind: "error", error },
  );
  // check: reply-signature
  if (!guard.verifyCallback(utf8ToBytes(signed), [], signature)) refuse("reply signature");
  const id = openReplyId(primitives, opened.txKey, internalMsgId) ?? refuse("reply id");
  if (!equalBytes(id.recipientCodeHash, utf8ToBytes(toHex(request.codeHash)))) refuse("reply to another code");
  return {
    id: id.subMessageId,
    replyParams: id.replyParams,
    data: data === undefined ? undefined : (openReplyData(primitives, opened.txKey, data) ?? refuse("reply data")),
    error: error === undefined ? undefined : openError(primitives, opened, error),
  };
}

function openError(primitives: Primitives, opened: OpenedMessage, error: string): string {
  const plaintext = openReplyError(primitives, opened.txKey, error);
  try {
    return bytesToUtf8(plaintext ?? refuse("reply error"));
  } catch (cause) {
    if (cause instanceof LocalError) refuse("reply error");
    throw cause;
  }
}

/**
 * Opens the reply and takes it off the list of those that are awaited.
 *
 * COMPAT(spec 02 §5.6): the outcome of a message of another module comes in clear, and a contract that handles it loses its
 * own waiting callers: the result of that reply is sealed for nobody.
 */
export function openReply(
  primitives: Primitives,
  guard: KeyGuard,
  replies: ExpectedReplies,
  request: ReplyRequest,
  { transactionIndex }: CallOrigin,
): OpenedInput {
  const { opened } = replies;
  const { sealed, id, data, error, events } = request;
  const content =
    sealed === undefined
      ? { id, data, error, replyParams: [] }
      : openSealed(primitives, guard, opened, request, sealed);
  replies.take({
    contract: request.contractAddress,
    id: content.id,
    transactionIndex,
    failed: error !== undefined,
    signature: sealed?.signature,
  });
  return { opened, msg: contractReplyJson(content, events), replyParams: content.replyParams };
}
