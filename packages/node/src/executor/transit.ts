/**
 * Answers of the executor thread that are dear to clone object by object: results with their events cross as the bytes
 * that the engine stores anyway.
 *
 * PERF: cloning the results of a block took a tenth of the thread's time, and the engine encoded them once more.
 * @module
 */
import type { CheckTxRequest, ExecTxResult, FinalizeBlockResponse } from "@enclavenet/abci";
import { decodeResults, decodeTxResult, encodeResults, encodeTxResult } from "@enclavenet/consensus";
import type { ExecutorCall, ExecutorMethod } from "./protocol.ts";

/** The answer to `call` as it crosses. The engine asks a recheck for its code only: events stay behind. */
export function packAnswer({ method, args }: ExecutorCall, answer: unknown): unknown {
  if (method === "finalizeBlock") return encodeResults(answer as FinalizeBlockResponse);
  if (method !== "checkTx") return answer;
  const result = answer as ExecTxResult;
  const [{ recheck }] = args as readonly [CheckTxRequest];
  return encodeTxResult(recheck ? { ...result, events: [] } : result);
}

/** Inverse of {@link packAnswer}. */
export function unpackAnswer(method: ExecutorMethod, answer: unknown): unknown {
  if (method === "finalizeBlock") return decodeResults(answer as Uint8Array);
  return method === "checkTx" ? decodeTxResult(answer as Uint8Array) : answer;
}
