/**
 * Hands transactions on to the followed nodes: a node without a vote puts nothing into a block.
 *
 * The transaction is not checked here first: this node may be behind, and would refuse what the leader takes.
 * @module
 */
import type { ExecTxResult } from "@enclavenet/abci";
import { type CodedError, LocalError } from "@enclavenet/common";
import { asLocalError } from "../execution/fatal.ts";
import { ErrMempoolIsFull, ErrTxInMempoolCache, ErrTxTooLarge, mempoolError } from "../mempool/errors.ts";
import { DEFAULT_MEMPOOL_LIMITS } from "../mempool/mempool.ts";
import type { SourcePool } from "./source-pool.ts";

/** Transactions on their way at once. */
const MAX_ON_THE_WAY = 256;

/** The leader's mempool refuses with an error of JSON-RPC, whose text tells which (spec 04 §5.2, §6.6). */
function mempoolRefusal(text: string): CodedError | undefined {
  for (const refusal of [ErrTxInMempoolCache, ErrMempoolIsFull, ErrTxTooLarge]) {
    if (text.includes(refusal.text)) return mempoolError(refusal);
  }
  return undefined;
}

/** The door for transactions of one engine. */
export class Forwarder {
  readonly #pool: SourcePool;
  readonly #signal: AbortSignal;
  #onTheWay = 0;

  constructor(pool: SourcePool, signal: AbortSignal) {
    this.#pool = pool;
    this.#signal = signal;
  }

  /**
   * The leader's answer to `tx`. Rejects with CodedError sdk 19, 20, 21 as a mempool does, and with LocalError `FOLLOW_…`
   * when no source takes it.
   */
  async forward(tx: Uint8Array): Promise<ExecTxResult> {
    const { maxTxBytes } = DEFAULT_MEMPOOL_LIMITS;
    if (tx.length > maxTxBytes) {
      throw mempoolError(ErrTxTooLarge, `tx too large: max size is ${maxTxBytes}, but got ${tx.length}`);
    }
    if (this.#onTheWay >= MAX_ON_THE_WAY) throw mempoolError(ErrMempoolIsFull);
    this.#onTheWay++;
    try {
      return await this.#tryEach(tx);
    } finally {
      this.#onTheWay--;
    }
  }

  async #tryEach(tx: Uint8Array): Promise<ExecTxResult> {
    let last: LocalError = new LocalError(
      "FOLLOW_NO_SOURCE",
      "no followed node can be reached to hand the transaction to",
      {
        fix: "send it again in a moment, or to another node",
      },
    );
    for (const { source } of this.#pool.usable()) {
      try {
        return await source.broadcast(tx, this.#signal);
      } catch (error) {
        last = asLocalError(error);
        const refusal = LocalError.is(last, "FOLLOW_REFUSED") ? mempoolRefusal(last.message) : undefined;
        if (refusal !== undefined) throw refusal;
        // The chain takes a transaction once, however many nodes have it; a node that does answer has decided.
        if (!LocalError.is(last, "FOLLOW_UNREACHABLE")) throw last;
      }
    }
    throw last;
  }
}
