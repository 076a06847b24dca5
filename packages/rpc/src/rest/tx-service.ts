/**
 * cosmos.tx.v1beta1.Service: broadcast, look-up and search of transactions (spec 04 §2.4, §4.2, §6.6). Simulate goes to the
 * application.
 * @module
 */
import { fromHex } from "@enclavenet/common";
import type { TxPosition } from "@enclavenet/consensus";
import { cosmosBaseAbci, cosmosBaseQuery, cosmosTx, create, type MessageShape } from "@enclavenet/proto";
import type { RpcBackend } from "../backend.ts";
import { blockIdMessage, blockMessage, checkTxResponse, decodeTx, txResponse } from "./convert.ts";
import { GrpcCode, GrpcError } from "./errors.ts";
import { type Handlers, handler } from "./handlers.ts";

const DEFAULT_LIMIT = 100n;
const MAX_LIMIT = 100n;

type Request<S extends keyof typeof cosmosTx> = (typeof cosmosTx)[S] extends infer D
  ? D extends import("@enclavenet/proto").DescMessage
    ? MessageShape<D>
    : never
  : never;

async function broadcast(backend: RpcBackend, request: Request<"BroadcastTxRequestSchema">) {
  if (request.txBytes.length === 0) throw new GrpcError(GrpcCode.invalidArgument, "invalid empty tx");
  const hash = backend.hash(request.txBytes);
  const answer = (txResponse: ReturnType<typeof checkTxResponse>) =>
    create(cosmosTx.BroadcastTxResponseSchema, { txResponse });
  switch (request.mode) {
    case cosmosTx.BroadcastMode.SYNC:
      return answer(checkTxResponse(hash, await backend.broadcastTx(request.txBytes)));
    case cosmosTx.BroadcastMode.ASYNC: {
      // The answer does not wait for CheckTx; a refusal is seen by nobody, as the mode promises.
      void backend.broadcastTx(request.txBytes).catch(() => undefined);
      return answer(
        create(cosmosBaseAbci.TxResponseSchema, { txhash: Buffer.from(hash).toString("hex").toUpperCase() }),
      );
    }
    default: {
      const mode = cosmosTx.BroadcastModeSchema.value[request.mode]?.name ?? request.mode;
      throw new GrpcError(GrpcCode.unknown, `unsupported return type ${mode}; supported types: sync, async`);
    }
  }
}

/** A committed transaction with its response. */
function load({ engine }: RpcBackend, hash: Uint8Array) {
  const record = engine.tx(hash);
  const meta = record === undefined ? undefined : engine.blockMeta(record.height);
  if (record === undefined || meta === undefined) return undefined;
  const tx = decodeTx(record.tx);
  return { tx, response: txResponse(record, meta.header.timeNs, tx) };
}

function getTx(backend: RpcBackend, { hash }: Request<"GetTxRequestSchema">) {
  if (hash === "") throw new GrpcError(GrpcCode.invalidArgument, "tx hash cannot be empty");
  if (!/^[0-9a-fA-F]{64}$/.test(hash)) throw new GrpcError(GrpcCode.notFound, `tx not found: ${hash}`);
  const found = load(backend, fromHex(hash));
  if (found === undefined) throw new GrpcError(GrpcCode.notFound, `tx not found: ${hash}`);
  return create(cosmosTx.GetTxResponseSchema, { tx: found.tx, txResponse: found.response });
}

function page(all: readonly TxPosition[], request: Request<"GetTxsEventRequestSchema">): readonly TxPosition[] {
  const descending = request.orderBy === cosmosTx.OrderBy.DESC;
  const ordered = descending ? [...all].reverse() : all;
  const limit = request.limit === 0n ? (request.pagination?.limit ?? 0n) : request.limit;
  const size = Number(limit === 0n ? DEFAULT_LIMIT : limit > MAX_LIMIT ? MAX_LIMIT : limit);
  const number = request.page === 0n ? 1n : request.page;
  const start = (Number(number) - 1) * size;
  if (start > 0 && start >= ordered.length) {
    const pages = Math.max(1, Math.ceil(ordered.length / size));
    throw new GrpcError(GrpcCode.unknown, `page should be within [1, ${pages}] range, given ${number}`);
  }
  return ordered.slice(start, start + size);
}

async function searchTxs(backend: RpcBackend, request: Request<"GetTxsEventRequestSchema">) {
  const query = request.query === "" ? request.events.join(" AND ") : request.query;
  if (query === "") throw new GrpcError(GrpcCode.invalidArgument, "query cannot be empty");
  const all = await backend.engine.searchTxs(query);
  const found = page(all, request).flatMap(({ hash }) => load(backend, hash) ?? []);
  return create(cosmosTx.GetTxsEventResponseSchema, {
    txs: found.map(({ tx }) => tx),
    txResponses: found.map(({ response }) => response),
    total: BigInt(all.length),
  });
}

function blockWithTxs({ engine }: RpcBackend, { height }: Request<"GetBlockWithTxsRequestSchema">) {
  const record = engine.block(height);
  if (record === undefined) {
    throw new GrpcError(GrpcCode.invalidArgument, "requested block height is bigger then the chain length");
  }
  return create(cosmosTx.GetBlockWithTxsResponseSchema, {
    txs: record.block.txs.map(decodeTx),
    blockId: blockIdMessage(record.blockId),
    block: blockMessage(record.block),
    pagination: create(cosmosBaseQuery.PageResponseSchema, { total: BigInt(record.block.txs.length) }),
  });
}

/** Handlers by full method name. */
export const txService: Handlers = {
  "/cosmos.tx.v1beta1.Service/BroadcastTx": handler(cosmosTx.BroadcastTxRequestSchema, broadcast),
  "/cosmos.tx.v1beta1.Service/GetTx": handler(cosmosTx.GetTxRequestSchema, getTx),
  "/cosmos.tx.v1beta1.Service/GetTxsEvent": handler(cosmosTx.GetTxsEventRequestSchema, searchTxs),
  "/cosmos.tx.v1beta1.Service/GetBlockWithTxs": handler(cosmosTx.GetBlockWithTxsRequestSchema, blockWithTxs),
  "/cosmos.tx.v1beta1.Service/TxDecode": handler(cosmosTx.TxDecodeRequestSchema, (_backend, { txBytes }) =>
    create(cosmosTx.TxDecodeResponseSchema, { tx: decodeTx(txBytes) }),
  ),
};
