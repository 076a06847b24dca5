/**
 * What CometBFT does not have: making blocks by hand (`--block-time manual`). Named as CometBFT names its methods for tests.
 * @module
 */
import type { RpcBackend } from "../backend.ts";
import { rpcError } from "./errors.ts";
import { method, type RpcMethods } from "./method.ts";

async function produceBlock(backend: RpcBackend) {
  if (backend.produceBlock === undefined) {
    throw rpcError("internal", "this node makes blocks by itself; start it with --block-time manual");
  }
  return { height: (await backend.produceBlock()).toString() };
}

export const unsafeMethods: RpcMethods = {
  unsafe_produce_block: method([], produceBlock),
};
