/**
 * Opening a message: decryption, and the code hash in front of it.
 *
 * Spec: 02 §2.1, §6; 03 §1.3.
 * @module
 */
import { toHex } from "@enclavenet/common";
import { type OpenedMessage, type ReplyParam, tryParseContractInput } from "@enclavenet/crypto";
import { EnclaveError } from "@enclavenet/enclave-api";
import type { KeyGuard } from "../key-guard/key-guard.ts";
import { MAX_MESSAGE_BYTES } from "../transactions/messages.ts";

/** What a contract is called with, and how everything that it gives back is sealed. */
export interface OpenedInput {
  readonly opened: OpenedMessage;
  /** JSON for the contract. */
  readonly msg: Uint8Array;
  /** Callers that wait for a reply, the immediate one first. */
  readonly replyParams: readonly ReplyParam[];
}

/** Bytes of a message, and what they decrypt to when that was found out before. */
export interface SealedInput {
  readonly bytes: Uint8Array;
  readonly opened?: OpenedMessage | undefined;
}

/**
 * Opens a message for the code with this hash.
 *
 * @param unreadable what a message that does not decrypt is. Upstream takes it as plaintext and fails validation later, except
 * in a migration and in a query (spec 02 §2.5).
 */
export function openInput(
  guard: KeyGuard,
  { bytes, opened: before }: SealedInput,
  codeHash: Uint8Array,
  unreadable: "ValidationFailure" | "DecryptionError",
): OpenedInput {
  if (bytes.length > MAX_MESSAGE_BYTES) throw new EnclaveError("FailedFunctionCall", { check: "message size" });
  const opened = before ?? guard.tryOpenMessage(bytes);
  if (opened === undefined) throw new EnclaveError(unreadable, { check: "message does not decrypt" });
  const input = tryParseContractInput(opened.plaintext);
  // check: input-code-hash
  if (input === undefined || toHex(input.codeHash) !== toHex(codeHash)) {
    throw new EnclaveError("ValidationFailure", { check: "code hash prefix" });
  }
  return { opened, msg: input.msg, replyParams: input.replyParams };
}
