/**
 * Refusals of the verifier. The code says which rule was broken.
 * @module
 */
import { LocalError } from "@enclavenet/common";

export type LightClientCode =
  | "COMMIT_SHAPE"
  | "COMMIT_SIGNATURE"
  | "COMMIT_POWER"
  | "HEADER_CHAIN"
  | "HEADER_HASH"
  | "HEADER_HEIGHT"
  | "HEADER_TIME"
  | "HEADER_VALIDATORS"
  /** A leaf that is not there was asked for. */
  | "PROOF"
  /** Bytes that are no proof, or a kind of proof that is not served. */
  | "PROOF_DECODE"
  /** Not the form of the tree's nodes. */
  | "PROOF_SPEC"
  /** A proof of another key, value or store. */
  | "PROOF_KEY"
  /** The proof leads to another root. */
  | "PROOF_ROOT"
  /** Leaves that leave room for the key between them. */
  | "PROOF_NEIGHBOURS"
  /** Not the chain of proofs from a key to the AppHash. */
  | "PROOF_OPS";

/** A refusal, by its code. */
export class LightClientError extends LocalError {
  constructor(code: LightClientCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(code, message, options);
  }
}

/** Throws a refusal. */
export function refuse(code: LightClientCode, message: string, cause?: unknown): never {
  throw new LightClientError(code, message, { cause });
}
