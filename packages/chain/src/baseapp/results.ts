/**
 * Outcomes in the form of ABCI (spec 04 §6.2).
 * @module
 */
import type { ExecTxResult } from "@enclavenet/abci";
import type { ChainError } from "../support/errors.ts";
import { ErrTxDecode } from "../support/sdk-errors.ts";
import type { TxOutcome } from "./run-tx.ts";

const NO_DATA = new Uint8Array(0);

/** Result of a transaction that ran. */
export function execTxResult({ error, data, gasWanted, gasUsed, events }: TxOutcome): ExecTxResult {
  const common = { info: "", gasWanted, gasUsed, events };
  if (error === undefined) return { ...common, code: 0, codespace: "", data, log: "" };
  return { ...common, code: error.code, codespace: error.codespace, data: NO_DATA, log: error.message };
}

/** Result of bytes in a block that are no transaction: they keep their slot and cost nothing. */
export function undecodableTxResult(error: ChainError = ErrTxDecode.bare()): ExecTxResult {
  return execTxResult({ error, data: NO_DATA, gasWanted: 0n, gasUsed: 0n, events: [], responses: [] });
}
