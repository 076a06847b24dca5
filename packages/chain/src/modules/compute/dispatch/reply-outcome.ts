/**
 * What a contract is told of a message that it emitted.
 *
 * Spec: 03 §4.7, 02 §5.6 ("Chain side").
 * @module
 */
import type { Event } from "@enclavenet/abci";
import type { CodedError } from "@enclavenet/common";
import type { SubMessage } from "@enclavenet/enclave-api";
import { decode, secretCompute, typeUrlOf } from "@enclavenet/proto";
import type { MessageResponse } from "../../../baseapp/message-route.ts";
import { plainError } from "../../../support/errors.ts";
import { ContractFailure } from "../contract-failure.ts";
import { missingEnvelope, parseReplyData, type ReplyOutcome } from "../reply-data.ts";

/** A message that went well. */
export interface Done {
  /** Of the first SDK message; absent when the emitted message came to none. */
  readonly response: MessageResponse | undefined;
  /** As the parent shows them. */
  readonly events: readonly Event[];
}

/** Responses that carry a contract's data. */
const DATA_RESPONSES = [
  secretCompute.MsgExecuteContractResponseSchema,
  secretCompute.MsgInstantiateContractResponseSchema,
  secretCompute.MsgMigrateContractResponseSchema,
] as const;

function contractData({ typeUrl, value }: MessageResponse): Uint8Array {
  for (const schema of DATA_RESPONSES) if (typeUrlOf(schema) === typeUrl) return decode(schema, value).data;
  throw missingEnvelope();
}

/** Reply to a message that went well; `sealed`: a contract was called, and its enclave's word must be there. */
export function successReply(sub: SubMessage, done: Done, isWasm: boolean, sealed: boolean): ReplyOutcome {
  const { response, events } = done;
  const common = { id: sub.id, error: undefined, events: isWasm ? events : [] };
  if (sealed) {
    if (response === undefined) throw missingEnvelope();
    return { ...common, ...parseReplyData(contractData(response)) };
  }
  const data = response === undefined || response.value.length === 0 ? undefined : response.value;
  return { ...common, sealed: undefined, data };
}

/** Nodes need not agree on the texts of errors, so contracts do not see them (spec 03 §4.7). */
function redacted({ codespace, code }: CodedError): string {
  return (
    `the error was redacted (codespace: ${codespace}, code: ${code}). ` +
    "For more info use latest localsecret and reproduce the issue"
  );
}

/** Reply to a message that failed. A contract that was called must have failed by its own error. */
export function failureReply(sub: SubMessage, error: CodedError, sealed: boolean): ReplyOutcome {
  const common = { id: sub.id, data: undefined, events: [] };
  if (!sealed) return { ...common, sealed: undefined, error: redacted(error) };
  if (!(error instanceof ContractFailure)) {
    throw plainError(`an sdk error occurred while sending a sub-message: ${redacted(error)}`);
  }
  if (error.sealed === undefined) throw missingEnvelope();
  return { ...common, sealed: error.sealed, error: error.sealedText };
}
