/**
 * Errors of the state machine as the Cosmos SDK prints them: a registered root (codespace, code, text) under any number
 * of details. Both wire forms need the details one by one: `details…: root` in ABCI logs and
 * `codespace X code N: root: inner: … outer` in gRPC statuses (spec 04 §2.2).
 * @module
 */
import { CodedError, type ErrorDescriptor, registerError } from "@enclavenet/common";

/** Codespace of errors that nobody registered. */
export const UNDEFINED_CODESPACE = "undefined";

/** A chain error that remembers its root text and its details. */
export class ChainError extends CodedError {
  /** Registered text, or the whole text of an unregistered error. */
  readonly root: string;
  /** Details, innermost first. */
  readonly details: readonly string[];

  constructor(descriptor: ErrorDescriptor, details: readonly string[] = []) {
    super(descriptor, [...details].reverse().concat(descriptor.text).join(": "));
    this.root = descriptor.text;
    this.details = details;
  }

  override wrap(detail: string): ChainError {
    return new ChainError({ codespace: this.codespace, code: this.code, text: this.root }, [...this.details, detail]);
  }
}

/** A registered error: make instances with `wrap` (with a detail) or `bare`. */
export interface ErrorKind extends ErrorDescriptor {
  wrap(detail: string): ChainError;
  bare(): ChainError;
}

/** Registers an error of a codespace; numbers are never reused. */
export function defineError(codespace: string, code: number, text: string): ErrorKind {
  const descriptor = registerError(codespace, code, text);
  return {
    codespace: descriptor.codespace,
    code: descriptor.code,
    text: descriptor.text,
    wrap: (detail) => new ChainError(descriptor, [detail]),
    bare: () => new ChainError(descriptor),
  };
}

/** An error that nobody registered: codespace `undefined`, code 1. */
export function plainError(text: string): ChainError {
  return new ChainError({ codespace: UNDEFINED_CODESPACE, code: 1, text });
}

/** The same error under a detail; a gRPC status keeps its status string as text. */
export function wrapError(error: CodedError, detail: string): ChainError {
  return error instanceof ChainError ? error.wrap(detail) : toChainError(error).wrap(detail);
}

/** Any coded error as a chain error; one from another room has its whole text as root. */
export function toChainError(error: CodedError): ChainError {
  if (error instanceof ChainError) return error;
  return new ChainError({ codespace: error.codespace, code: error.code, text: error.message });
}

/**
 * A state that upstream answers with a Go panic: inside a transaction it fails the transaction, elsewhere it stops the
 * node.
 */
export class ChainPanic extends Error {
  override readonly name = "ChainPanic";
}
