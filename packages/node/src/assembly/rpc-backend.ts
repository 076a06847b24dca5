/**
 * What the servers may do with the node.
 * @module
 */
import type { ExecTxResult } from "@enclavenet/abci";
import { CodedError } from "@enclavenet/common";
import type { ConsensusEngine } from "@enclavenet/consensus";
import type { Primitives } from "@enclavenet/crypto";
import type { RpcBackend } from "@enclavenet/rpc";
import type { AsyncExecutor } from "../executor/executor-client.ts";

const NOTHING = { info: "", gasWanted: 0n, gasUsed: 0n, events: [] } as const;

/** Refusals of the mempool as results, with their codespace and code (spec 04 §6.6). */
function refusal(error: unknown): ExecTxResult {
  if (!CodedError.isCoded(error)) throw error;
  const { codespace, code, message } = error;
  return { ...NOTHING, codespace, code, data: new Uint8Array(0), log: message };
}

interface BackendParts {
  readonly engine: ConsensusEngine;
  readonly executor: AsyncExecutor;
  readonly primitives: Primitives;
  /** Only where blocks are made by hand. */
  readonly produceBlock: (() => Promise<bigint>) | undefined;
  readonly queryMethods: readonly string[];
}

export function rpcBackend(parts: BackendParts, nodeInfo: RpcBackend["nodeInfo"]): RpcBackend {
  const { engine, executor, primitives, produceBlock, queryMethods } = parts;
  return {
    engine: engine.reader,
    info: () => executor.info(),
    query: (request) => executor.query(request),
    queryMethods: new Set(queryMethods),
    broadcastTx: (tx) => engine.broadcastTx(tx).catch(refusal),
    checkTx: (tx) => executor.checkTx({ tx, recheck: false }),
    waitForTx: (hash, timeoutMs) => engine.waitForTx(hash, timeoutMs),
    hash: (data) => primitives.sha256(data),
    ...(produceBlock === undefined ? {} : { produceBlock }),
    nodeInfo,
  };
}
