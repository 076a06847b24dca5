/**
 * What stands in front of a contract's JSON inside the encryption: the code hash, and the groups that tell the callee
 * to whom its reply goes.
 *
 * Spec: 02 §5.5, §6, §12
 * Layout: code hash(64 hex) ‖ { "REPLY01" ‖ be64(sub-message id) ‖ code hash(64) }* ‖ JSON
 * @module
 */
import { be64, concatBytes, fromHex, LocalError, utf8ToBytes } from "@enclavenet/common";
import { requireLength } from "../errors.ts";

/** Marker of a reply group. spec 02 §5.5 */
export const REPLY_MARKER: Uint8Array = utf8ToBytes("REPLY01");

/** Length of a code hash as hex text. */
export const CODE_HASH_TEXT_LENGTH = 64;

const ID_OFFSET = REPLY_MARKER.length;
const HASH_OFFSET = ID_OFFSET + 8;
const GROUP_LENGTH = HASH_OFFSET + CODE_HASH_TEXT_LENGTH;

/** One waiting caller: index 0 of a list is the immediate one, the outermost comes last. */
export interface ReplyParam {
  /** The id under which the waiting caller sent the sub-message. */
  readonly subMessageId: bigint;
  /** The caller's code hash, 64 bytes of text as they were sent. */
  readonly recipientCodeHash: Uint8Array;
}

/** A decrypted contract message taken apart. */
export interface ContractInput {
  /** 32-byte hash of the code that the sender wanted to run; the caller compares it with the running code. */
  readonly codeHash: Uint8Array;
  readonly replyParams: readonly ReplyParam[];
  /** What the contract receives. */
  readonly msg: Uint8Array;
}

function startsWithMarker(bytes: Uint8Array, offset: number): boolean {
  if (bytes.length - offset < GROUP_LENGTH) return false;
  for (let i = 0; i < REPLY_MARKER.length; i++) if (bytes[offset + i] !== REPLY_MARKER[i]) return false;
  return true;
}

/** Reads reply groups from `offset` on; returns them and the offset behind the last. Linear in the input. */
export function readReplyParams(bytes: Uint8Array, offset: number): { params: ReplyParam[]; end: number } {
  const params: ReplyParam[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = offset;
  while (startsWithMarker(bytes, end)) {
    params.push({
      subMessageId: view.getBigUint64(end + ID_OFFSET),
      recipientCodeHash: bytes.slice(end + HASH_OFFSET, end + GROUP_LENGTH),
    });
    end += GROUP_LENGTH;
  }
  return { params, end };
}

/** Bytes of one reply group. */
export function encodeReplyParam(param: ReplyParam): Uint8Array {
  requireLength(param.recipientCodeHash, CODE_HASH_TEXT_LENGTH, "code hash text");
  return concatBytes(REPLY_MARKER, be64(param.subMessageId), param.recipientCodeHash);
}

/** Code hash of 64 hex characters (either case) at the start of `bytes`, or undefined. spec 02 §6 */
export function tryParseCodeHashPrefix(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < CODE_HASH_TEXT_LENGTH) return undefined;
  try {
    return fromHex(String.fromCharCode(...bytes.subarray(0, CODE_HASH_TEXT_LENGTH)));
  } catch (error) {
    if (LocalError.is(error, "BYTES_FORMAT")) return undefined;
    throw error;
  }
}

/** Takes a decrypted message apart; undefined when it does not start with a code hash. */
export function tryParseContractInput(plaintext: Uint8Array): ContractInput | undefined {
  const codeHash = tryParseCodeHashPrefix(plaintext);
  if (codeHash === undefined) return undefined;
  const { params, end } = readReplyParams(plaintext, CODE_HASH_TEXT_LENGTH);
  return { codeHash, replyParams: params, msg: plaintext.slice(end) };
}

/** What a running contract says about a Wasm sub-message that is about to be encrypted. */
export interface SubMessagePlan {
  /** Text that the contract gave as the callee's code hash, taken as it is. */
  readonly calleeCodeHash: string;
  /** The contract's JSON for the callee. */
  readonly msg: Uint8Array;
  /** Present when the contract wants a reply: its own code hash (lower-case hex text) and the sub-message id. */
  readonly reply?: { readonly subMessageId: bigint; readonly ownCodeHash: string };
  /** Reply params with which the running contract itself was called. */
  readonly replyParams: readonly ReplyParam[];
}

/** Plaintext of a v1 sub-message. v0.10 messages pass no reply and no params. spec 02 §5.5 */
export function encodeSubMessagePlaintext(plan: SubMessagePlan): Uint8Array {
  const groups = plan.replyParams.map(encodeReplyParam);
  if (plan.reply !== undefined) {
    const recipientCodeHash = utf8ToBytes(plan.reply.ownCodeHash);
    groups.unshift(encodeReplyParam({ subMessageId: plan.reply.subMessageId, recipientCodeHash }));
  }
  return concatBytes(utf8ToBytes(plan.calleeCodeHash), ...groups, plan.msg);
}
