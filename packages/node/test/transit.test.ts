/** Answers of the executor thread: what comes out of the crossing is what went in. */
import type { ExecTxResult, FinalizeBlockResponse } from "@enclavenet/abci";
import { describe, expect, it } from "vitest";
import type { ExecutorCall } from "../src/executor/protocol.ts";
import { packAnswer, unpackAnswer } from "../src/executor/transit.ts";

const result: ExecTxResult = {
  code: 3,
  codespace: "compute",
  data: Uint8Array.of(1, 2, 3),
  log: "a log with ü",
  info: "",
  gasWanted: 300_000n,
  gasUsed: 2n ** 62n,
  events: [{ type: "wasm", attributes: [{ key: "contract_address", value: "secret1…", index: true }] }],
};
const block: FinalizeBlockResponse = {
  events: result.events,
  txResults: [result, { ...result, code: 0, codespace: "" }],
  validatorUpdates: [{ publicKey: new Uint8Array(32).fill(7), power: 5n }],
  appHash: new Uint8Array(32).fill(9),
};

/** Through a clone, as between threads. */
function cross(call: ExecutorCall, answer: unknown): unknown {
  return unpackAnswer(call.method, structuredClone(packAnswer(call, answer)));
}
const call = (method: ExecutorCall["method"], ...args: readonly unknown[]): ExecutorCall => ({ id: 1, method, args });

describe("answers across threads", () => {
  it("a block's results", () => {
    expect(cross(call("finalizeBlock", {}), block)).toEqual(block);
  });

  it("a checked transaction with its events", () => {
    expect(cross(call("checkTx", { tx: new Uint8Array(1), recheck: false }), result)).toEqual(result);
  });

  it("a recheck without events, which nobody reads", () => {
    const answer = cross(call("checkTx", { tx: new Uint8Array(1), recheck: true }), result);
    expect(answer).toEqual({ ...result, events: [] });
  });

  it("everything else as it is", () => {
    const info = { data: "secret", lastBlockHeight: 5n, lastBlockAppHash: Uint8Array.of(1) };
    expect(cross(call("info"), info)).toEqual(info);
    expect(cross(call("commit"), { retainHeight: 0n })).toEqual({ retainHeight: 0n });
  });
});
