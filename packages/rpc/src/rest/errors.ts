/**
 * REST errors in grpc-gateway's shape: always `{code, message, details}` (spec 04 §2.2).
 *
 * Upstream has two ways from an error to that body. The gRPC path shows a status as it is. The ABCI path, which all
 * tendermint methods and Simulate take, wraps it once more: Go's text of the status, then the text of an SDK error.
 * @module
 */
import type { HttpAnswer, HttpProblem } from "../server/http.ts";
import { ApplicationError, GrpcCode, GrpcError } from "../services/status.ts";

/** HTTP status of a gRPC status code. */
const HTTP_STATUS: Readonly<Record<number, number>> = {
  0: 200,
  1: 408,
  2: 500,
  3: 400,
  4: 504,
  5: 404,
  6: 409,
  7: 403,
  8: 429,
  9: 400,
  10: 409,
  11: 400,
  12: 501,
  13: 500,
  14: 503,
  15: 500,
  16: 401,
};

export function restError(grpcCode: number, message: string): HttpAnswer {
  return { status: HTTP_STATUS[grpcCode] ?? 500, body: { code: grpcCode, message, details: [] } };
}

/** What a route that does not exist answers, and one of a method that nobody serves. */
export function notImplemented(): GrpcError {
  return new GrpcError(GrpcCode.unimplemented, "Not Implemented");
}

/** The body for what goes wrong outside of the handlers. */
export function restProblem(kind: HttpProblem): HttpAnswer {
  switch (kind) {
    case "bad-request":
      return restError(GrpcCode.invalidArgument, "malformed HTTP request");
    case "too-large":
      return restError(GrpcCode.invalidArgument, "http: request body too large");
    case "not-found":
      return restError(GrpcCode.unimplemented, notImplemented().message);
    case "internal":
      return restError(GrpcCode.internal, "internal error");
  }
}

/** Whether upstream sends a method through ABCI even when queries run concurrently. */
function takesAbciPath(method: string): boolean {
  return method.includes("tendermint") || method === "/cosmos.tx.v1beta1.Service/Simulate";
}

/** gRPC code of an SDK error on the ABCI path; all others are unknown. */
const ABCI_CODES: Readonly<Record<number, number>> = {
  4: GrpcCode.unauthenticated,
  18: GrpcCode.invalidArgument,
  22: GrpcCode.notFound,
};

function applicationError({ response: { codespace, code, log } }: ApplicationError): GrpcError {
  const grpcCode = codespace === "sdk" ? ABCI_CODES[code] : undefined;
  return new GrpcError(grpcCode ?? GrpcCode.unknown, log);
}

/** A node's own answer as the ABCI path words it; an error without a status (unknown) has no prefix. */
function nodeError({ grpcCode, message }: GrpcError): GrpcError {
  if (grpcCode !== GrpcCode.invalidArgument) return new GrpcError(GrpcCode.unknown, `${message}: unknown request`);
  return new GrpcError(grpcCode, `rpc error: code = InvalidArgument desc = ${message}: invalid request`);
}

/** The error of a method as the gateway shows it. */
export function methodError(method: string, error: GrpcError): GrpcError {
  if (error.grpcCode === GrpcCode.unimplemented) return notImplemented();
  if (!takesAbciPath(method)) return error;
  return error instanceof ApplicationError ? applicationError(error) : nodeError(error);
}
