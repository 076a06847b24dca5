/**
 * Refusals of the mempool among the answers to a broadcast.
 *
 * Spec: 04 §6.6 (codes), §5.2 (CometBFT's RPC answers them with an error).
 * @module
 */
import type { ExecTxResult } from "@enclavenet/abci";

/** SDK codes that only the mempool answers: seen before, full, too large. */
const CODES: ReadonlySet<number> = new Set([19, 20, 21]);

/** Whether the mempool refused the transaction before CheckTx saw it. */
export function isMempoolRefusal({ codespace, code }: ExecTxResult): boolean {
  return codespace === "sdk" && CODES.has(code);
}
