/**
 * A contract's own error, with what a caller who waits for it needs.
 * @module
 */
import { ChainError, type ErrorKind } from "../../support/errors.ts";
import type { SealedReply } from "./reply-data.ts";

/** Loses what was sealed when it is wrapped: upstream takes a nested contract's error for an error of the chain. */
export class ContractFailure extends ChainError {
  /** Undefined when nobody waits. */
  readonly sealed: SealedReply | undefined;
  /** Text after "encrypted: ". */
  readonly sealedText: string;

  constructor(kind: ErrorKind, sealedText: string, sealed: SealedReply | undefined) {
    super(kind, [`encrypted: ${sealedText}`]);
    this.sealedText = sealedText;
    this.sealed = sealed;
  }
}
