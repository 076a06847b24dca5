/**
 * Methods that reach through to the application (spec 04 §5.2, §5.3).
 * @module
 */
import { toBase64 } from "@enclavenet/common";
import type { RpcBackend } from "../backend.ts";
import { rpcError } from "./errors.ts";
import { queryResponseJson } from "./json.ts";
import { method, type RpcMethods } from "./method.ts";
import { booleanParam, hexParam, integerParam, type RawParams, textParam } from "./params.ts";

async function abciQuery(backend: RpcBackend, params: RawParams) {
  const height = integerParam(params, "height") ?? 0n;
  if (height < 0n) throw rpcError("internal", "cannot query with height < 0; please provide a valid height");
  const response = await backend.query({
    path: textParam(params, "path"),
    data: hexParam(params, "data"),
    height,
    prove: booleanParam(params, "prove"),
  });
  return queryResponseJson(response);
}

async function abciInfo(backend: RpcBackend) {
  const info = await backend.info();
  return {
    response: {
      data: info.data,
      version: info.version,
      ...(info.appVersion === 0n ? {} : { app_version: info.appVersion.toString() }),
      last_block_height: info.lastBlockHeight.toString(),
      last_block_app_hash: toBase64(info.lastBlockAppHash),
    },
  };
}

export const abciMethods: RpcMethods = {
  abci_info: method([], abciInfo),
  abci_query: method(["path", "data", "height", "prove"], abciQuery),
};
