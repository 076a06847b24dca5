/**
 * REST errors in grpc-gateway's shape: always `{code, message, details}` (spec 04 §2.2).
 * @module
 */
import { LocalError } from "@enclavenet/common";

/** gRPC status codes that this room uses. */
export const GrpcCode = {
  unknown: 2,
  invalidArgument: 3,
  notFound: 5,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

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

/** A status that a handler answers with. */
export class GrpcError extends LocalError {
  readonly grpcCode: number;

  constructor(grpcCode: number, message: string) {
    super("GRPC_STATUS", message);
    this.grpcCode = grpcCode;
  }
}

export interface RestError {
  readonly status: number;
  readonly body: { readonly code: number; readonly message: string; readonly details: readonly never[] };
}

export function restError(grpcCode: number, message: string): RestError {
  return { status: HTTP_STATUS[grpcCode] ?? 500, body: { code: grpcCode, message, details: [] } };
}

/** The answer for an exception; undefined when it is one that nobody expected and its text must not be shown. */
export function knownRestError(error: unknown): RestError | undefined {
  if (error instanceof GrpcError) return restError(error.grpcCode, error.message);
  if (error instanceof LocalError && error.code.startsWith("PROTO_")) {
    return restError(GrpcCode.invalidArgument, error.message);
  }
  if (error instanceof LocalError && error.code === "QUERY_SYNTAX") {
    return restError(GrpcCode.invalidArgument, error.message);
  }
  return undefined;
}
