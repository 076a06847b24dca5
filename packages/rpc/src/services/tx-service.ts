/**
 * cosmos.tx.v1beta1.Service: broadcast, look-up and search of transactions (spec 04 §2.4, §4.2, §6.6). Simulate goes to the
 * application.
 * @module
 */
import { fromHex, LocalError, toUpperHex } from "@enclavenet/common";
import type { TxPosition, TxRecord } from "@enclavenet/consensus";
import { cosmosBaseAbci, cosmosBaseQuery, cosmosTx, create, encode } from "@enclavenet/proto";
import type { RpcBackend } from "../backend.ts";
import { recordSize, withinBudget } from "../server/answer-budget.ts";
import { blockIdMessage, blockMessage, checkTxResponse, txMessage, txResponse } from "./convert.ts";
import { type Handlers, handler } from "./handlers.ts";
import { MAX_PAGE, pageBounds } from "./pages.ts";
import { GrpcCode, GrpcError } from "./status.ts";

/** Passes a transaction on; an engine that has stopped is unavailable. */
async function passOn(backend: RpcBackend, tx: Uint8Array) {
  try {
    return await backend.broadcastTx(tx);
  } catch (error) {
    if (error instanceof LocalError) throw new GrpcError(GrpcCode.unavailable, error.message);
    throw error;
  }
}

async function broadcast(backend: RpcBackend, { txBytes, mode }: cosmosTx.BroadcastTxRequest) {
  if (txBytes.length === 0) throw new GrpcError(GrpcCode.invalidArgument, "invalid empty tx");
  const hash = backend.hash(txBytes);
  const answer = (txResponse: cosmosBaseAbci.TxResponse) => create(cosmosTx.BroadcastTxResponseSchema, { txResponse });
  switch (mode) {
    case cosmosTx.BroadcastMode.SYNC:
      return answer(checkTxResponse(hash, await passOn(backend, txBytes)));
    case cosmosTx.BroadcastMode.ASYNC:
      // The answer does not wait for CheckTx; a refusal is seen by nobody, as the mode promises.
      void backend.broadcastTx(txBytes).catch(() => undefined);
      return answer(create(cosmosBaseAbci.TxResponseSchema, { txhash: toUpperHex(hash) }));
    default:
      // COMPAT(spec 04 §6.6): upstream prints a mode that it has already emptied.
      throw new GrpcError(GrpcCode.unknown, "unsupported return type ; supported types: sync, async");
  }
}

interface Loaded {
  readonly record: TxRecord;
  readonly timeNs: bigint;
}

/** A committed transaction with the time of its block. */
function load({ engine }: RpcBackend, hash: Uint8Array): Loaded | undefined {
  const record = engine.tx(hash);
  const meta = record === undefined ? undefined : engine.blockMeta(record.height);
  return record === undefined || meta === undefined ? undefined : { record, timeNs: meta.header.timeNs };
}

function* loadAll(backend: RpcBackend, positions: readonly TxPosition[]): Generator<Loaded> {
  for (const { hash } of positions) {
    const loaded = load(backend, hash);
    if (loaded !== undefined) yield loaded;
  }
}

function withResponse({ record, timeNs }: Loaded) {
  const tx = txMessage(record.tx);
  return { tx, txResponse: txResponse(record, timeNs, tx) };
}

function getTx(backend: RpcBackend, { hash }: cosmosTx.GetTxRequest) {
  if (hash === "") throw new GrpcError(GrpcCode.invalidArgument, "tx hash cannot be empty");
  const found = /^[0-9a-fA-F]{64}$/.test(hash) ? load(backend, fromHex(hash)) : undefined;
  if (found === undefined) throw new GrpcError(GrpcCode.notFound, `tx not found: ${hash}`);
  return create(cosmosTx.GetTxResponseSchema, withResponse(found));
}

function searchFailed(reason: string): GrpcError {
  return new GrpcError(GrpcCode.internal, reason);
}

function inOrder(all: readonly TxPosition[], { orderBy, pagination }: cosmosTx.GetTxsEventRequest) {
  const { DESC, UNSPECIFIED } = cosmosTx.OrderBy;
  const descending = orderBy === DESC || (orderBy === UNSPECIFIED && pagination?.reverse === true);
  return descending ? [...all].reverse() : all;
}

/**
 * The page asked for by `page` and `limit`. Upstream ignores `pagination`; here it counts for what those do not say, as in
 * every other list.
 */
function page(all: readonly TxPosition[], request: cosmosTx.GetTxsEventRequest): readonly TxPosition[] {
  const { pagination } = request;
  const limit = request.limit === 0n ? (pagination?.limit ?? 0n) : request.limit;
  const size = limit === 0n || limit > MAX_PAGE ? MAX_PAGE : limit;
  const total = BigInt(all.length);
  const pages = total === 0n ? 1n : (total + size - 1n) / size;
  if (request.page > pages) {
    throw searchFailed(`failed to search for txs: page should be within [1, ${pages}] range, given ${request.page}`);
  }
  const start = request.page === 0n ? (pagination?.offset ?? 0n) : (request.page - 1n) * size;
  return start >= total ? [] : inOrder(all, request).slice(Number(start), Number(start + size));
}

/** Runs what the engine may refuse: a bad query, a search that is too broad, an answer that is too large. */
async function searching<T>(run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof GrpcError || !(error instanceof LocalError)) throw error;
    throw searchFailed(`failed to search for txs: ${error.message}`);
  }
}

async function searchTxs(backend: RpcBackend, request: cosmosTx.GetTxsEventRequest) {
  const query = request.query === "" ? request.events.join(" AND ") : request.query;
  if (query === "") throw searchFailed("query cannot be empty");
  const all = await searching(() => backend.engine.searchTxs(query));
  const loaded = await searching(() =>
    withinBudget(loadAll(backend, page(all, request)), ({ record }) => recordSize(record)),
  );
  const found = loaded.map(withResponse);
  return create(cosmosTx.GetTxsEventResponseSchema, {
    txs: found.map(({ tx }) => tx),
    txResponses: found.map(({ txResponse }) => txResponse),
    total: BigInt(all.length),
  });
}

function blockWithTxs({ engine }: RpcBackend, { height, pagination }: cosmosTx.GetBlockWithTxsRequest) {
  const record = engine.block(height);
  if (record === undefined) {
    const reason = `requested height ${height} but height must not be less than 1 or greater than the current height`;
    throw new GrpcError(GrpcCode.unknown, `codespace sdk code 26: invalid height: ${reason} ${engine.latestHeight()}`);
  }
  const { txs } = record.block;
  const { start, end } = pageBounds(pagination);
  return create(cosmosTx.GetBlockWithTxsResponseSchema, {
    txs: txs.slice(start, end).map(txMessage),
    blockId: blockIdMessage(record.blockId),
    block: blockMessage(record.block),
    pagination: create(cosmosBaseQuery.PageResponseSchema, { total: BigInt(txs.length) }),
  });
}

function txDecode(txBytes: Uint8Array) {
  if (txBytes.length === 0) throw new GrpcError(GrpcCode.invalidArgument, "invalid empty tx bytes");
  try {
    return create(cosmosTx.TxDecodeResponseSchema, { tx: txMessage(txBytes) });
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    throw new GrpcError(GrpcCode.unknown, `codespace sdk code 2: tx parse error: ${error.message}`);
  }
}

function txEncode(tx: cosmosTx.Tx | undefined) {
  if (tx === undefined) throw new GrpcError(GrpcCode.invalidArgument, "invalid empty tx");
  const { body, authInfo, signatures } = tx;
  const raw = create(cosmosTx.TxRawSchema, {
    bodyBytes: body === undefined ? new Uint8Array(0) : encode(cosmosTx.TxBodySchema, body),
    authInfoBytes: authInfo === undefined ? new Uint8Array(0) : encode(cosmosTx.AuthInfoSchema, authInfo),
    signatures,
  });
  return create(cosmosTx.TxEncodeResponseSchema, { txBytes: encode(cosmosTx.TxRawSchema, raw) });
}

/** Handlers by full method name. */
export const txService: Handlers = {
  "/cosmos.tx.v1beta1.Service/BroadcastTx": handler(cosmosTx.BroadcastTxRequestSchema, broadcast),
  "/cosmos.tx.v1beta1.Service/GetTx": handler(cosmosTx.GetTxRequestSchema, getTx),
  "/cosmos.tx.v1beta1.Service/GetTxsEvent": handler(cosmosTx.GetTxsEventRequestSchema, searchTxs),
  "/cosmos.tx.v1beta1.Service/GetBlockWithTxs": handler(cosmosTx.GetBlockWithTxsRequestSchema, blockWithTxs),
  "/cosmos.tx.v1beta1.Service/TxDecode": handler(cosmosTx.TxDecodeRequestSchema, (_backend, { txBytes }) =>
    txDecode(txBytes),
  ),
  "/cosmos.tx.v1beta1.Service/TxEncode": handler(cosmosTx.TxEncodeRequestSchema, (_backend, { tx }) => txEncode(tx)),
};
