/**
 * When the embedded engine makes a block, as a pure decision over what it knows now.
 *
 * `auto` makes blocks on demand. One validator's block H+1 carries the time of its precommit for H (spec 05 §3.6), so
 * after idling the first block would show contracts a stale time: an empty *clock block* is made first, while the
 * batching window of the transactions that woke the chain is still open. After a block with transactions one more
 * block must follow, so that its app_hash and results become provable (spec 05 §3.12.6): the next block with
 * transactions serves if it comes within `proofDelayMs`, else an empty *proof block* is made. An isolated burst thus
 * costs at most two empty blocks, and a steady stream none.
 * @module
 */

/** How blocks are made. */
export type ProductionMode =
  | {
      readonly mode: "auto";
      /** How long the first waiting transaction waits for company. */
      readonly batchWindowMs?: number;
      /** Age of the next block's time from which a clock block comes first. */
      readonly staleAfterMs?: number;
      /** How long a proof block waits for transactions that would serve as well. */
      readonly proofDelayMs?: number;
      /** Empty block after this long without any; 0: never. Governance and unbonding need time to pass. */
      readonly heartbeatMs?: number;
    }
  | { readonly mode: "interval"; readonly intervalMs: number }
  | { readonly mode: "manual" };

/** Defaults of `auto`: transaction to commit within 50 ms, two concurrent senders in one block (spec 04 §1.4). */
export const AUTO_DEFAULTS = { batchWindowMs: 20, staleAfterMs: 250, proofDelayMs: 200, heartbeatMs: 0 } as const;

/** What a decision depends on. Milliseconds of one monotonic clock, except `blockTimeAgeMs`. */
export interface ChainSituation {
  readonly nowMs: number;
  /** Whether the initial block exists. */
  readonly started: boolean;
  /** When the oldest waiting transaction came, or was left over by a full block; undefined: none waits. */
  readonly firstWaitingMs: number | undefined;
  /** Whether a full block left transactions behind. */
  readonly leftOver: boolean;
  /** How far the time of the next block lies behind the clock. */
  readonly blockTimeAgeMs: number;
  /** Whether a clock block was already made for the waiting transactions. */
  readonly clockBlockMade: boolean;
  /** Whether the last block changed state that the next one proves. */
  readonly proofWanted: boolean;
  readonly lastBlockMs: number;
  readonly lastBlockDurationMs: number;
}

/** Make a block (with or without transactions), or wait (forever when `ms` is undefined). */
export type Decision =
  | { readonly kind: "produce"; readonly transactions: boolean }
  | { readonly kind: "wait"; readonly ms: number | undefined };

function waitUntil(due: number, now: number, transactions: boolean): Decision {
  return due <= now ? { kind: "produce", transactions } : { kind: "wait", ms: due - now };
}

function decideAuto(mode: Extract<ProductionMode, { mode: "auto" }>, now: ChainSituation): Decision {
  const { batchWindowMs, staleAfterMs, proofDelayMs, heartbeatMs } = { ...AUTO_DEFAULTS, ...mode };
  if (!now.started) return { kind: "produce", transactions: false };
  if (now.firstWaitingMs !== undefined) {
    // A block that took long to execute makes its successor's time old without the chain having idled.
    const tolerated = staleAfterMs + batchWindowMs + 2 * now.lastBlockDurationMs;
    if (!now.clockBlockMade && now.blockTimeAgeMs > tolerated) return { kind: "produce", transactions: false };
    return waitUntil(now.leftOver ? now.nowMs : now.firstWaitingMs + batchWindowMs, now.nowMs, true);
  }
  if (now.proofWanted) return waitUntil(now.lastBlockMs + proofDelayMs, now.nowMs, false);
  if (heartbeatMs > 0) return waitUntil(now.lastBlockMs + heartbeatMs, now.nowMs, false);
  return { kind: "wait", ms: undefined };
}

/** What to do now. */
export function decideProduction(mode: ProductionMode, now: ChainSituation): Decision {
  switch (mode.mode) {
    case "auto":
      return decideAuto(mode, now);
    case "interval":
      return waitUntil(now.lastBlockMs - now.lastBlockDurationMs + mode.intervalMs, now.nowMs, true);
    case "manual":
      return { kind: "wait", ms: undefined };
  }
}
