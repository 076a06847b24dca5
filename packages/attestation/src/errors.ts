/**
 * Refusals of the parsers. The code says which part of the evidence does not have the demanded form.
 * @module
 */
import { LocalError } from "@enclavenet/common";

export type AttestationCode =
  /** A caller's mistake: a time that is none, a root key that is none. */
  | "ATTESTATION_USAGE"
  | "ATTESTATION_POLICY"
  /** Not the bytes of a quote. */
  | "QUOTE_FORMAT"
  /** A quote of a version, kind, key type, vendor or certification that is not served. */
  | "QUOTE_KIND"
  | "PEM_FORMAT"
  | "DER_FORMAT"
  | "CERTIFICATE_FORMAT"
  | "CRL_FORMAT"
  | "COLLATERAL_FORMAT"
  | "TCB_INFO_FORMAT"
  | "QE_IDENTITY_FORMAT";

/** A refusal, by its code. */
export class AttestationError extends LocalError {
  constructor(code: AttestationCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(code, message, options);
  }
}

/** Throws a refusal. */
export function refuse(code: AttestationCode, message: string, cause?: unknown): never {
  throw new AttestationError(code, message, { cause });
}
