/**
 * JSON-RPC errors (spec 04 §5.1): `data` holds the text, never a stack.
 * @module
 */
import { LocalError } from "@enclavenet/common";

const CODES = {
  parse: [-32700, "Parse error"],
  invalidRequest: [-32600, "Invalid Request"],
  methodNotFound: [-32601, "Method not found"],
  invalidParams: [-32602, "Invalid params"],
  internal: [-32603, "Internal error"],
  server: [-32000, "Server error"],
} as const;

export type RpcErrorKind = keyof typeof CODES;

/** An error that a method answers with. */
export class RpcError extends LocalError {
  readonly kind: RpcErrorKind;

  constructor(kind: RpcErrorKind, data: string) {
    super("RPC_ERROR", data);
    this.kind = kind;
  }
}

export function rpcError(kind: RpcErrorKind, data: string): RpcError {
  return new RpcError(kind, data);
}

/** The error object. Local errors are written for people; texts of unexpected exceptions stay in the log. */
export function errorObject(error: unknown): { code: number; message: string; data: string } {
  const [code, message] = CODES[error instanceof RpcError ? error.kind : "internal"];
  return { code, message, data: error instanceof LocalError ? error.message : "internal error" };
}
