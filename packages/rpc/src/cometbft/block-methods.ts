/**
 * Methods about blocks: headers, results, commits, validators, search (spec 04 §5.2).
 * @module
 */
import type { BlockRecord, EngineReader } from "@enclavenet/consensus";
import { withinBudget } from "../server/answer-budget.ts";
import { rpcError } from "./errors.ts";
import {
  blockMetaJson,
  blockRecordJson,
  blockResultsJson,
  commitJson,
  EMPTY_BLOCK_ID_JSON,
  headerJson,
  validatorJson,
} from "./json.ts";
import { method, type RpcMethod, type RpcMethods } from "./method.ts";
import { bytesParam, hexParam, integerParam, type RawParams, textParam } from "./params.ts";
import { blockHeight, found, inOrder, nextHeight, paginate } from "./select.ts";

/** Headers that `blockchain` shows at most. */
const MAX_METAS = 20n;

function read(params: readonly string[], run: (engine: EngineReader, params: RawParams) => unknown): RpcMethod {
  return method(params, ({ engine }, given) => run(engine, given));
}

function blockOrNone(record: BlockRecord | undefined) {
  return record === undefined ? { block_id: EMPTY_BLOCK_ID_JSON, block: null } : blockRecordJson(record);
}

function block(engine: EngineReader, params: RawParams) {
  const height = blockHeight(engine, params);
  return blockOrNone(engine.block(height));
}

function header(engine: EngineReader, params: RawParams) {
  const meta = engine.blockMeta(blockHeight(engine, params));
  return { header: meta === undefined ? null : headerJson(meta.header) };
}

function headerByHash(engine: EngineReader, params: RawParams) {
  const record = engine.blockByHash(hexParam(params, "hash"));
  return { header: record === undefined ? null : headerJson(record.block.header) };
}

function blockResults(engine: EngineReader, params: RawParams) {
  const height = blockHeight(engine, params);
  return blockResultsJson(found(engine.blockResults(height), `could not find results for height #${height}`));
}

function commit(engine: EngineReader, params: RawParams) {
  const height = blockHeight(engine, params);
  const record = found(engine.commit(height), `could not find a commit for height #${height}`);
  return {
    signed_header: { header: headerJson(record.header), commit: commitJson(record.commit) },
    canonical: record.canonical,
  };
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function blockchain(engine: EngineReader, params: RawParams) {
  const latest = engine.latestHeight();
  const wantedMin = integerParam(params, "minHeight") ?? 0n;
  const wantedMax = integerParam(params, "maxHeight") ?? 0n;
  if (wantedMin < 0n || wantedMax < 0n) throw rpcError("internal", "heights must be non-negative");
  const max = wantedMax === 0n || wantedMax > latest ? latest : wantedMax;
  const min = larger(larger(engine.earliestHeight(), wantedMin === 0n ? 1n : wantedMin), max - MAX_METAS + 1n);
  if (min > max) throw rpcError("internal", `min height ${min} can't be greater than max height ${max}`);
  const metas = [];
  for (let height = max; height >= min; height--) {
    const meta = engine.blockMeta(height);
    if (meta !== undefined) metas.push(blockMetaJson(meta));
  }
  return { last_height: latest.toString(), block_metas: metas };
}

function validators(engine: EngineReader, params: RawParams) {
  const height = nextHeight(engine, params);
  const set = found(engine.validators(height), `could not find validator set for height #${height}`);
  const page = paginate(set.validators, params);
  return {
    block_height: height.toString(),
    validators: page.map(validatorJson),
    count: page.length.toString(),
    total: set.validators.length.toString(),
  };
}

function* blocksAt(engine: EngineReader, heights: readonly bigint[]): Generator<BlockRecord> {
  for (const height of heights) {
    const record = engine.block(height);
    if (record !== undefined) yield record;
  }
}

async function blockSearch(engine: EngineReader, params: RawParams) {
  const heights = await engine.searchBlocks(textParam(params, "query"));
  const page = paginate(inOrder(heights, params, "desc"), params);
  const blocks = withinBudget(blocksAt(engine, page), ({ sizeBytes }) => sizeBytes);
  return { blocks: blocks.map(blockRecordJson), total_count: heights.length.toString() };
}

export const blockMethods: RpcMethods = {
  block: read(["height"], block),
  block_by_hash: read(["hash"], (engine, params) => blockOrNone(engine.blockByHash(bytesParam(params, "hash")))),
  header: read(["height"], header),
  header_by_hash: read(["hash"], headerByHash),
  block_results: read(["height"], blockResults),
  blockchain: read(["minHeight", "maxHeight"], blockchain),
  commit: read(["height"], commit),
  validators: read(["height", "page", "per_page"], validators),
  block_search: read(["query", "page", "per_page", "order_by"], blockSearch),
};
