/**
 * Errors of queries in their two wire forms: code, codespace and log of ABCI, and the status of gRPC.
 *
 * Spec: 04 §5.3 (ABCI), §2.2 (gRPC).
 * @module
 */
import type { QueryResponse } from "@enclavenet/abci";
import { CodedError } from "@enclavenet/common";
import { type ChainError, toChainError, UNDEFINED_CODESPACE } from "../support/errors.ts";
import { ErrInvalidRequest, ErrKeyNotFound, ErrUnauthorized, ErrUnknownRequest } from "../support/sdk-errors.ts";
import { GrpcCode, StatusError } from "../support/status-error.ts";

const EMPTY = new Uint8Array(0);

/** An answer without an error. */
export function queryAnswer(height: bigint, fields: Partial<QueryResponse>): QueryResponse {
  return { code: 0, codespace: "", log: "", key: EMPTY, value: EMPTY, proofOps: [], height, ...fields };
}

/** An answer of an ABCI path that failed. */
export function queryFailure(error: ChainError, height: bigint): QueryResponse {
  return queryAnswer(height, {
    code: error.code,
    codespace: error.codespace,
    log: error.message,
    grpcStatus: grpcStatus(error),
  });
}

/** Wrapping of a handler's error on the ABCI path, by its gRPC code. */
function abciError(error: CodedError | StatusError): ChainError {
  switch (error instanceof StatusError ? error.status : "Unknown") {
    case "NotFound":
      return ErrKeyNotFound.wrap(error.message);
    case "InvalidArgument":
    case "FailedPrecondition":
      return ErrInvalidRequest.wrap(error.message);
    case "Unauthenticated":
      return ErrUnauthorized.wrap(error.message);
    default:
      return ErrUnknownRequest.wrap(error.message);
  }
}

/** Status on the gRPC path: details of a registered error follow its text, innermost first. */
function grpcStatus(error: CodedError | StatusError): { readonly code: number; readonly message: string } {
  if (error instanceof StatusError) return { code: error.code, message: error.description };
  const { codespace, code, root, details, message } = toChainError(error);
  if (codespace === UNDEFINED_CODESPACE) return { code: GrpcCode.Unknown, message };
  const text = [`codespace ${codespace} code ${code}: ${root}`, ...details].join(": ");
  return { code: GrpcCode.Unknown, message: text };
}

/** Whether `error` is something that a handler answers with. */
export function isQueryError(error: unknown): error is CodedError | StatusError {
  return CodedError.isCoded(error) || error instanceof StatusError;
}

/** An answer of a gRPC method that failed. */
export function methodFailure(error: CodedError | StatusError, height: bigint): QueryResponse {
  return { ...queryFailure(abciError(error), height), grpcStatus: grpcStatus(error) };
}
