/**
 * gRPC status errors that query handlers answer with, and their Go text (spec 04 §2.2, §5.3).
 * @module
 */

/** Numbers and Go names of the statuses that the chain uses. */
export const GrpcCode = {
  Unknown: 2,
  InvalidArgument: 3,
  NotFound: 5,
  AlreadyExists: 6,
  PermissionDenied: 7,
  FailedPrecondition: 9,
  Unimplemented: 12,
  Internal: 13,
  Unavailable: 14,
  Unauthenticated: 16,
} as const;

/** Name of a gRPC code. */
export type GrpcCodeName = keyof typeof GrpcCode;

/** An answer of a query handler with an explicit gRPC code. */
export class StatusError extends Error {
  override readonly name = "StatusError";
  readonly status: GrpcCodeName;
  /** Text without the `rpc error` prefix. */
  readonly description: string;

  constructor(status: GrpcCodeName, description: string) {
    super(`rpc error: code = ${status} desc = ${description}`);
    this.status = status;
    this.description = description;
  }

  get code(): number {
    return GrpcCode[this.status];
  }
}
