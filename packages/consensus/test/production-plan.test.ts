import { describe, expect, it } from "vitest";
import { type ChainSituation, decideProduction, type ProductionMode } from "../src/index.ts";

const auto: ProductionMode = { mode: "auto", batchWindowMs: 25, staleAfterMs: 250, proofDelayMs: 200, heartbeatMs: 0 };

function situation(over: Partial<ChainSituation>): ChainSituation {
  return {
    nowMs: 10_000,
    started: true,
    firstWaitingMs: undefined,
    leftOver: false,
    blockTimeAgeMs: 0,
    clockBlockMade: false,
    proofWanted: false,
    lastBlockMs: 9_900,
    lastBlockDurationMs: 5,
    ...over,
  };
}

const decideAuto = (over: Partial<ChainSituation>) => decideProduction(auto, situation(over));
const withTxs = { kind: "produce", transactions: true };
const empty = { kind: "produce", transactions: false };

describe("production on demand", () => {
  it("makes the initial block at once, then rests", () => {
    expect(decideAuto({ started: false })).toEqual(empty);
    expect(decideAuto({})).toEqual({ kind: "wait", ms: undefined });
  });

  it("lets the first transaction wait for company, but not longer than the window", () => {
    expect(decideAuto({ firstWaitingMs: 9_990 })).toEqual({ kind: "wait", ms: 15 });
    expect(decideAuto({ firstWaitingMs: 9_975 })).toEqual(withTxs);
    expect(decideAuto({ firstWaitingMs: 9_999, leftOver: true })).toEqual(withTxs);
  });

  it("makes one clock block before the transactions when the next block's time is stale", () => {
    const idle = { firstWaitingMs: 10_000, blockTimeAgeMs: 60_000 };
    expect(decideAuto(idle)).toEqual(empty);
    expect(decideAuto({ ...idle, clockBlockMade: true })).toEqual({ kind: "wait", ms: 25 });
  });

  it("does not take a slow block for idleness", () => {
    const busy = { firstWaitingMs: 9_000, blockTimeAgeMs: 1_100, lastBlockDurationMs: 1_000 };
    expect(decideAuto(busy)).toEqual(withTxs);
    expect(decideAuto({ ...busy, lastBlockDurationMs: 1 })).toEqual(empty);
  });

  it("proves a block of transactions by the next one, or by an empty one after a while", () => {
    expect(decideAuto({ proofWanted: true })).toEqual({ kind: "wait", ms: 100 });
    expect(decideAuto({ proofWanted: true, lastBlockMs: 9_800 })).toEqual(empty);
    expect(decideAuto({ proofWanted: true, firstWaitingMs: 9_975 })).toEqual(withTxs);
  });

  it("beats its heart only when told to", () => {
    const beating: ProductionMode = { mode: "auto", heartbeatMs: 5_000 };
    expect(decideProduction(beating, situation({}))).toEqual({ kind: "wait", ms: 4_900 });
    expect(decideProduction(beating, situation({ lastBlockMs: 5_000 }))).toEqual(empty);
  });
});

describe("other modes", () => {
  it("interval counts from start to start", () => {
    const interval: ProductionMode = { mode: "interval", intervalMs: 1_000 };
    expect(decideProduction(interval, situation({}))).toEqual({ kind: "wait", ms: 895 });
    expect(decideProduction(interval, situation({ lastBlockMs: 9_005 }))).toEqual(withTxs);
  });

  it("manual waits for the call", () => {
    expect(decideProduction({ mode: "manual" }, situation({ firstWaitingMs: 0 }))).toEqual({
      kind: "wait",
      ms: undefined,
    });
  });
});
