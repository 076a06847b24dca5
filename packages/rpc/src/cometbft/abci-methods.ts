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

/**
 * The latest height whose proof a client can check without waiting: its app hash is in the next header, and when nothing
 * happens there is no next block. A block with transactions is always followed by one.
 */
function provableHeight({ engine }: RpcBackend): bigint {
  const latest = engine.latestHeight();
  const followed = (engine.blockMeta(latest)?.numTxs ?? 0) > 0;
  return followed || latest <= 2n ? latest : latest - 1n;
}

async function abciQuery(backend: RpcBackend, params: RawParams) {
  const height = integerParam(params, "height") ?? 0n;
  if (height < 0n) throw rpcError("internal", "cannot query with height < 0; please provide a valid height");
  const prove = booleanParam(params, "prove");
  const response = await backend.query({
    path: textParam(params, "path"),
    data: hexParam(params, "data"),
    height: prove && height === 0n ? provableHeight(backend) : height,
    prove,
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
