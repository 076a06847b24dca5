/**
 * gRPC statuses, which every server of this room answers errors with, and how an error of the application becomes one.
 *
 * Spec: 04 §2.2 (gRPC path), §5.3 (ABCI path).
 * @module
 */
import type { QueryResponse } from "@enclavenet/abci";
import { LocalError } from "@enclavenet/common";

/** gRPC status codes that this room uses. */
export const GrpcCode = {
  unknown: 2,
  invalidArgument: 3,
  notFound: 5,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** A status that a handler answers with. */
export class GrpcError extends LocalError {
  readonly grpcCode: number;

  constructor(grpcCode: number, message: string) {
    super("GRPC_STATUS", message);
    this.grpcCode = grpcCode;
  }
}

/** An error of the application: on the gRPC path its status as it is. */
export class ApplicationError extends GrpcError {
  readonly response: QueryResponse;

  constructor(response: QueryResponse) {
    super(response.grpcStatus?.code ?? GrpcCode.unknown, response.grpcStatus?.message ?? response.log);
    this.response = response;
  }
}
