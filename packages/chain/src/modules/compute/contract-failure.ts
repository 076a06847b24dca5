/**
 * A contract's own error, with what a caller who waits for it needs.
 * @module
 */
import type { ContractResult } from "@enclavenet/enclave-api";
import { ChainError, type ErrorKind } from "../../support/errors.ts";

/** What the enclave sealed for the waiting caller (spec 02 §5.6); absent when nobody waits. */
export type ReplyEnvelope = Pick<ContractResult, "internalMsgId" | "internalReplyEnclaveSig">;

/** Loses its envelope when it is wrapped: upstream takes a nested contract's error for an error of the chain. */
export class ContractFailure extends ChainError {
  readonly envelope: ReplyEnvelope;
  /** Text after "encrypted: ". */
  readonly sealedText: string;

  constructor(kind: ErrorKind, sealedText: string, envelope: ReplyEnvelope) {
    super(kind, [`encrypted: ${sealedText}`]);
    this.sealedText = sealedText;
    this.envelope = envelope;
  }
}
