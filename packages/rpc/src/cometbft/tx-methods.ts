/**
 * Methods about transactions: look-up, search, broadcast, the mempool (spec 04 §5.2).
 * @module
 */
import type { ExecTxResult } from "@enclavenet/abci";
import { LocalError, toBase64, toUpperHex } from "@enclavenet/common";
import type { EngineReader, TxPosition, TxRecord } from "@enclavenet/consensus";
import type { RpcBackend } from "../backend.ts";
import { recordSize, withinBudget } from "../server/answer-budget.ts";
import { isMempoolRefusal } from "../server/mempool-refusal.ts";
import { rpcError } from "./errors.ts";
import { execTxResultJson, txJson } from "./json.ts";
import { method, type RpcMethods } from "./method.ts";
import { booleanParam, bytesParam, type RawParams, textParam } from "./params.ts";
import { found, inOrder, pageSize, paginate } from "./select.ts";

/** How long broadcast_tx_commit waits for the block. */
const COMMIT_TIMEOUT_MS = 10_000;

const NO_RESULT: ExecTxResult = {
  code: 0,
  codespace: "",
  data: new Uint8Array(0),
  log: "",
  info: "",
  gasWanted: 0n,
  gasUsed: 0n,
  events: [],
};

function tx({ engine }: RpcBackend, params: RawParams) {
  const hash = bytesParam(params, "hash");
  const prove = booleanParam(params, "prove");
  const record = found(engine.tx(hash), `tx (${toUpperHex(hash)}) not found`);
  return txJson(record, prove ? engine.txProof(hash) : undefined);
}

function* recordsAt(engine: EngineReader, positions: readonly TxPosition[]): Generator<TxRecord> {
  for (const { hash } of positions) {
    const record = engine.tx(hash);
    if (record !== undefined) yield record;
  }
}

async function txSearch({ engine }: RpcBackend, params: RawParams) {
  const prove = booleanParam(params, "prove");
  const all = await engine.searchTxs(textParam(params, "query"));
  const page = paginate(inOrder(all, params, "asc"), params);
  const records = withinBudget(recordsAt(engine, page), recordSize);
  return {
    txs: records.map((record) => txJson(record, prove ? engine.txProof(record.hash) : undefined)),
    total_count: all.length.toString(),
  };
}

function broadcastJson(result: ExecTxResult, hash: Uint8Array) {
  return {
    code: result.code,
    data: toUpperHex(result.data),
    log: result.log,
    codespace: result.codespace,
    hash: toUpperHex(hash),
  };
}

async function broadcastSync(backend: RpcBackend, params: RawParams) {
  const bytes = bytesParam(params, "tx");
  const result = await backend.broadcastTx(bytes);
  if (isMempoolRefusal(result)) throw rpcError("internal", result.log);
  return broadcastJson(result, backend.hash(bytes));
}

function broadcastAsync(backend: RpcBackend, params: RawParams) {
  const bytes = bytesParam(params, "tx");
  // The answer does not wait for CheckTx; a refusal is seen by nobody, as the method promises.
  void backend.broadcastTx(bytes).catch(() => undefined);
  return broadcastJson(NO_RESULT, backend.hash(bytes));
}

async function committed(backend: RpcBackend, hash: Uint8Array) {
  try {
    return await backend.waitForTx(hash, COMMIT_TIMEOUT_MS);
  } catch (error) {
    if (!LocalError.is(error, "TX_TIMEOUT")) throw error;
    throw rpcError("internal", "timed out waiting for tx to be included in a block");
  }
}

async function broadcastCommit(backend: RpcBackend, params: RawParams) {
  const bytes = bytesParam(params, "tx");
  const hash = backend.hash(bytes);
  const checked = await backend.broadcastTx(bytes);
  if (isMempoolRefusal(checked)) throw rpcError("internal", `error on broadcastTxCommit: ${checked.log}`);
  const base = { check_tx: execTxResultJson(checked), hash: toUpperHex(hash) };
  if (checked.code !== 0) return { ...base, tx_result: execTxResultJson(NO_RESULT), height: "0" };
  const record = await committed(backend, hash);
  return { ...base, tx_result: execTxResultJson(record.result), height: record.height.toString() };
}

function unconfirmedTxs({ engine }: RpcBackend, params: RawParams) {
  const { txs, total, totalBytes } = engine.unconfirmedTxs(pageSize(params, "limit"));
  return {
    n_txs: txs.length.toString(),
    total: total.toString(),
    total_bytes: totalBytes.toString(),
    txs: txs.map(toBase64),
  };
}

function unconfirmedCount({ engine }: RpcBackend) {
  const { total, totalBytes } = engine.unconfirmedTxs(0);
  return { n_txs: total.toString(), total: total.toString(), total_bytes: totalBytes.toString(), txs: null };
}

export const txMethods: RpcMethods = {
  tx: method(["hash", "prove"], tx),
  tx_search: method(["query", "prove", "page", "per_page", "order_by"], txSearch),
  broadcast_tx_sync: method(["tx"], broadcastSync),
  broadcast_tx_async: method(["tx"], broadcastAsync),
  broadcast_tx_commit: method(["tx"], broadcastCommit),
  check_tx: method(["tx"], async (backend, params) =>
    execTxResultJson(await backend.checkTx(bytesParam(params, "tx"))),
  ),
  unconfirmed_txs: method(["limit"], unconfirmedTxs),
  num_unconfirmed_txs: method([], unconfirmedCount),
};
