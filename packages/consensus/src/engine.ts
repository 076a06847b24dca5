/**
 * What a node needs from any consensus engine, embedded or not: the door for transactions, the reader, an end.
 * @module
 */
import type { ExecTxResult } from "@enclavenet/abci";
import type { LocalError } from "@enclavenet/common";
import type { TxRecord } from "./base/chain-types.ts";
import type { EngineReader } from "./reader.ts";

/** A running engine. */
export interface ConsensusEngine {
  readonly reader: EngineReader;
  /** Resolves with the reason when production has stopped for good. Never rejects. */
  readonly fatal: Promise<LocalError>;
  /**
   * CheckTx, and into the mempool when it passes. Rejects with CodedError sdk 19 (seen before), 20 (full) or
   * 21 (too large), and with LocalError when the engine has stopped.
   */
  broadcastTx(tx: Uint8Array): Promise<ExecTxResult>;
  /**
   * The committed transaction, at once when it is there already. Rejects with LocalError `TX_TIMEOUT`, or with the
   * reason why the engine stopped.
   */
  waitForTx(hash: Uint8Array, timeoutMs: number): Promise<TxRecord>;
  /** Ends production after the block that is being made; rejects waiters. The database stays open. */
  stop(): Promise<void>;
}
