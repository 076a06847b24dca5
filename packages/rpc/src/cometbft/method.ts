/**
 * What a method of the CometBFT RPC is.
 * @module
 */
import type { RpcBackend } from "../backend.ts";
import type { RawParams } from "./params.ts";

/** Id of a request, which its answers carry. */
export type JsonId = string | number | null;

export interface RpcMethod {
  /** Names of its parameters in the order of a call with a JSON array. */
  readonly params: readonly string[];
  /** Result JSON of parameters. Throws RpcError, or another LocalError whose text the client may see. */
  run(backend: RpcBackend, params: RawParams, id: JsonId): unknown;
}

export type RpcMethods = Readonly<Record<string, RpcMethod>>;

/** Looks a method up by its name, which may be any text. */
export type FindMethod = (name: string) => RpcMethod | undefined;

export function method(params: readonly string[], run: RpcMethod["run"]): RpcMethod {
  return { params, run };
}
