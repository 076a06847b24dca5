/**
 * What a method of the CometBFT RPC is.
 * @module
 */
import type { RpcBackend } from "../backend.ts";
import type { RawParams } from "./params.ts";

export interface RpcMethod {
  /** Names of its parameters in the order of a call with a JSON array. */
  readonly params: readonly string[];
  /** Result JSON of parameters. Throws RpcError, or another LocalError whose text the client may see. */
  run(backend: RpcBackend, params: RawParams): unknown;
}

export type RpcMethods = Readonly<Record<string, RpcMethod>>;

export function method(params: readonly string[], run: RpcMethod["run"]): RpcMethod {
  return { params, run };
}
