/**
 * Methods of the CometBFT RPC (spec 04 §5.2).
 * @module
 */
import { LocalError, toBase64, toUpperHex } from "@enclavenet/common";
import type { RpcBackend } from "../backend.ts";
import { rpcError } from "./errors.ts";
import {
  blockIdJson,
  blockMetaJson,
  blockRecordJson,
  blockResultsJson,
  commitJson,
  ed25519Json,
  execTxResultJson,
  headerJson,
  queryResponseJson,
  timeJson,
  txJson,
  validatorJson,
} from "./json.ts";
import { booleanParam, bytesParam, hexParam, integerParam, type RawParams, textParam } from "./params.ts";

/** A method: parameters in, result JSON out. */
export type RpcMethod = (backend: RpcBackend, params: RawParams) => unknown | Promise<unknown>;

/** How long broadcast_tx_commit waits. */
const COMMIT_TIMEOUT_MS = 10_000;

const DEFAULT_PER_PAGE = 30n;
const MAX_PER_PAGE = 100n;

/** The height asked for, the tip when none is. */
function heightParam({ engine }: RpcBackend, params: RawParams): bigint {
  const height = integerParam(params, "height") ?? 0n;
  const latest = engine.latestHeight();
  if (height < 0n) throw rpcError("internal", `height must be greater than 0, but got ${height}`);
  if (height === 0n) return latest;
  if (height > latest) {
    throw rpcError(
      "internal",
      `height ${height} must be less than or equal to the current blockchain height ${latest}`,
    );
  }
  return height;
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw rpcError("internal", what);
  return value;
}

/** The slice of a result set: 1-based page, bounded size. */
function paginate<T>(items: readonly T[], params: RawParams): readonly T[] {
  const wanted = integerParam(params, "per_page") ?? DEFAULT_PER_PAGE;
  const perPage = Number(wanted < 1n ? DEFAULT_PER_PAGE : wanted > MAX_PER_PAGE ? MAX_PER_PAGE : wanted);
  const pages = Math.max(1, Math.ceil(items.length / perPage));
  const page = integerParam(params, "page") ?? 1n;
  if (page < 1n || page > BigInt(pages)) {
    throw rpcError("internal", `page should be within [1, ${pages}] range, given ${page}`);
  }
  const start = (Number(page) - 1) * perPage;
  return items.slice(start, start + perPage);
}

function inOrder<T>(ascending: readonly T[], params: RawParams): readonly T[] {
  const order = textParam(params, "order_by");
  if (order === "" || order === "asc") return ascending;
  if (order === "desc") return [...ascending].reverse();
  throw rpcError("internal", "expected order_by to be either `asc` or `desc` or empty");
}

function status({ engine, nodeInfo }: RpcBackend) {
  const now = engine.status();
  const { latest, earliest, validator, protocolVersion } = now;
  return {
    node_info: {
      protocol_version: {
        p2p: protocolVersion.p2p.toString(),
        block: protocolVersion.block.toString(),
        app: protocolVersion.app.toString(),
      },
      id: toUpperHex(validator.address).toLowerCase(),
      listen_addr: "",
      network: now.chainId,
      version: "0.38.0",
      channels: "",
      moniker: nodeInfo.moniker,
      other: { tx_index: "on", rpc_address: `tcp://${nodeInfo.rpcAddress}`, ...nodeInfo.enclave() },
    },
    sync_info: {
      latest_block_hash: toUpperHex(latest.blockHash),
      latest_app_hash: toUpperHex(latest.appHash),
      latest_block_height: latest.height.toString(),
      latest_block_time: timeJson(latest.timeNs),
      earliest_block_hash: toUpperHex(earliest.blockHash),
      earliest_app_hash: toUpperHex(earliest.appHash),
      earliest_block_height: earliest.height.toString(),
      earliest_block_time: timeJson(earliest.timeNs),
      catching_up: now.catchingUp,
    },
    validator_info: {
      address: toUpperHex(validator.address),
      pub_key: ed25519Json(validator.publicKey),
      voting_power: validator.power.toString(),
    },
  };
}

function blockchain({ engine }: RpcBackend, params: RawParams) {
  const latest = engine.latestHeight();
  const limit = 20n;
  const wantedMax: bigint = integerParam(params, "maxHeight") ?? 0n;
  const max = wantedMax <= 0n || wantedMax > latest ? latest : wantedMax;
  const wantedMin = integerParam(params, "minHeight") ?? 1n;
  const lowest = max - limit + 1n;
  const base = engine.earliestHeight();
  const min: bigint = [wantedMin, lowest, base].reduce((a, b) => (a > b ? a : b));
  if (min > max) throw rpcError("internal", `min height ${min} can't be greater than max height ${max}`);
  const metas = [];
  for (let height = max; height >= min && height > 0n; height--) {
    const meta = engine.blockMeta(height);
    if (meta !== undefined) metas.push(blockMetaJson(meta));
  }
  return { last_height: latest.toString(), block_metas: metas };
}

function validators({ engine }: RpcBackend, params: RawParams) {
  const height = integerParam(params, "height") ?? engine.latestHeight();
  const set = found(engine.validators(height), `could not find validator set for height #${height}`);
  const page = paginate(set.validators, params);
  return {
    block_height: height.toString(),
    validators: page.map(validatorJson),
    count: page.length.toString(),
    total: set.validators.length.toString(),
  };
}

function tx({ engine }: RpcBackend, params: RawParams) {
  const hash = bytesParam(params, "hash");
  const record = found(engine.tx(hash), `tx (${toUpperHex(hash)}) not found`);
  return txJson(record, booleanParam(params, "prove") ? engine.txProof(hash) : undefined);
}

async function txSearch({ engine }: RpcBackend, params: RawParams) {
  const all = inOrder(await engine.searchTxs(textParam(params, "query")), params);
  const prove = booleanParam(params, "prove");
  const txs = paginate(all, params).map(({ hash }) =>
    txJson(found(engine.tx(hash), "transaction vanished"), prove ? engine.txProof(hash) : undefined),
  );
  return { txs, total_count: all.length.toString() };
}

async function blockSearch({ engine }: RpcBackend, params: RawParams) {
  const all = inOrder(await engine.searchBlocks(textParam(params, "query")), params);
  const blocks = paginate(all, params).map((height) => blockRecordJson(found(engine.block(height), "block vanished")));
  return { blocks, total_count: all.length.toString() };
}

function broadcastResult(result: Awaited<ReturnType<RpcBackend["broadcastTx"]>>, hash: Uint8Array) {
  return {
    code: result.code,
    data: toBase64(result.data),
    log: result.log,
    codespace: result.codespace,
    hash: toUpperHex(hash),
  };
}

/** Codespace and code of a duplicate, which this RPC answers with an error instead of a result (spec 04 §5.2). */
const TX_IN_CACHE = 19;

async function broadcastSync(backend: RpcBackend, params: RawParams) {
  const bytes = bytesParam(params, "tx");
  const result = await backend.broadcastTx(bytes);
  if (result.codespace === "sdk" && result.code === TX_IN_CACHE) {
    throw rpcError("internal", "tx already exists in cache");
  }
  return broadcastResult(result, backend.hash(bytes));
}

function broadcastAsync(backend: RpcBackend, params: RawParams) {
  const bytes = bytesParam(params, "tx");
  // The answer does not wait for CheckTx; a refusal is seen by nobody, as the method promises.
  void backend.broadcastTx(bytes).catch(() => undefined);
  return { code: 0, data: "", log: "", codespace: "", hash: toUpperHex(backend.hash(bytes)) };
}

async function broadcastCommit(backend: RpcBackend, params: RawParams) {
  const bytes = bytesParam(params, "tx");
  const hash = backend.hash(bytes);
  const checked = await backend.broadcastTx(bytes);
  const base = { check_tx: execTxResultJson(checked), hash: toUpperHex(hash) };
  if (checked.code !== 0) {
    const empty = { ...checked, code: 0, codespace: "", log: "", gasWanted: 0n, gasUsed: 0n, events: [] };
    return { ...base, tx_result: execTxResultJson(empty), height: "0" };
  }
  try {
    const record = await backend.waitForTx(hash, COMMIT_TIMEOUT_MS);
    return { ...base, tx_result: execTxResultJson(record.result), height: record.height.toString() };
  } catch (error) {
    if (error instanceof LocalError) throw rpcError("internal", "timed out waiting for tx to be included in a block");
    throw error;
  }
}

async function abciQuery(backend: RpcBackend, params: RawParams) {
  const height = integerParam(params, "height") ?? 0n;
  if (height < 0n) throw rpcError("internal", "cannot query with height < 0");
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

function unconfirmed({ engine }: RpcBackend, params: RawParams, withTxs: boolean) {
  const wanted = integerParam(params, "limit") ?? DEFAULT_PER_PAGE;
  const limit = Number(wanted < 1n ? DEFAULT_PER_PAGE : wanted > MAX_PER_PAGE ? MAX_PER_PAGE : wanted);
  const { txs, total, totalBytes } = engine.unconfirmedTxs(limit);
  return {
    n_txs: (withTxs ? txs.length : total).toString(),
    total: total.toString(),
    total_bytes: totalBytes.toString(),
    txs: withTxs ? txs.map(toBase64) : null,
  };
}

function commit(backend: RpcBackend, params: RawParams) {
  const height = heightParam(backend, params);
  const record = found(backend.engine.commit(height), `no commit at height ${height}`);
  return {
    signed_header: { header: headerJson(record.header), commit: commitJson(record.commit) },
    canonical: record.canonical,
  };
}

/** All methods by name. */
export const methods: Readonly<Record<string, RpcMethod>> = {
  health: () => ({}),
  status,
  genesis: ({ engine }) => ({ genesis: engine.genesis }),
  net_info: () => ({ listening: false, listeners: [], n_peers: "0", peers: [] }),
  abci_info: abciInfo,
  abci_query: abciQuery,
  block: (backend, params) => {
    const height = heightParam(backend, params);
    return blockRecordJson(found(backend.engine.block(height), `no block at height ${height}`));
  },
  block_by_hash: ({ engine }, params) => {
    const record = engine.blockByHash(bytesParam(params, "hash"));
    return record === undefined
      ? { block_id: blockIdJson({ hash: new Uint8Array(0), partsTotal: 0, partsHash: new Uint8Array(0) }), block: null }
      : blockRecordJson(record);
  },
  header: (backend, params) => {
    const height = heightParam(backend, params);
    return { header: headerJson(found(backend.engine.blockMeta(height), `no block at height ${height}`).header) };
  },
  block_results: (backend, params) => {
    const height = heightParam(backend, params);
    return blockResultsJson(found(backend.engine.blockResults(height), `could not find results for height #${height}`));
  },
  blockchain,
  commit,
  validators,
  tx,
  tx_search: txSearch,
  block_search: blockSearch,
  broadcast_tx_sync: broadcastSync,
  broadcast_tx_async: broadcastAsync,
  broadcast_tx_commit: broadcastCommit,
  check_tx: async (backend, params) => execTxResultJson(await backend.checkTx(bytesParam(params, "tx"))),
  unconfirmed_txs: (backend, params) => unconfirmed(backend, params, true),
  num_unconfirmed_txs: (backend, params) => unconfirmed(backend, params, false),
};
