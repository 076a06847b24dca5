/**
 * Bound on what contracts put into the results of a transaction and of a block, over a scripted enclave.
 */
import { ReplyOn } from "@enclavenet/enclave-api";
import { describe, expect, it } from "vitest";
import { a, emitting, execMsg, network, run, second, sub, wasmExecute } from "./support/dispatch.ts";
import { executed, replied } from "./support/fake-enclave.ts";

const MIB = 1024 * 1024;
/** A response of about this size. */
const saying = (bytes: number) => () => executed({ attributes: [{ key: "k", value: "x".repeat(bytes) }] });
const refused = { codespace: "compute", code: 12 };

describe("the results of contracts in a transaction", () => {
  it("hold 8 MiB", () => {
    expect(run(network(), saying(8 * MIB - 100))).toMatchObject({ code: 0 });
    expect(run(network(), saying(8 * MIB))).toMatchObject(refused);
  });

  it.each([
    ["data", { data: new Uint8Array(8 * MIB) }],
    ["the error", { error: "x".repeat(8 * MIB) }],
    ["an event", { events: [{ type: "abc", attributes: [{ key: "k", value: "x".repeat(8 * MIB) }] }] }],
    ["the name of an event", { events: [{ type: "x".repeat(8 * MIB), attributes: [] }] }],
    ["very many events", { events: Array.from({ length: 150_000 }, () => ({ type: "abc", attributes: [] })) }],
    ["very many attributes", { attributes: Array.from({ length: 600_000 }, () => ({ key: "", value: "" })) }],
  ])("count %s", (_what, result) => {
    expect(run(network(), () => executed(result))).toMatchObject(refused);
  });

  it("add up over messages of contracts", () => {
    const calls = [sub(wasmExecute(second)), sub(wasmExecute(second))];
    expect(run(network(), emitting(...calls), saying(3 * MIB), saying(3 * MIB))).toMatchObject({ code: 0 });
    const result = run(network(), emitting(...calls), saying(5 * MIB), saying(5 * MIB));
    expect(result).toMatchObject({ ...refused, log: expect.stringContaining("results of contracts") as string });
  });

  it("are not given back when a message fails and its contract hears of it", () => {
    const [failing, next] = [sub(wasmExecute(second), { replyOn: ReplyOn.error }), sub(wasmExecute(second))];
    const sealed = { internalMsgId: Uint8Array.of(1), internalReplyEnclaveSig: new Uint8Array(32) };
    const fails = () => executed({ ...sealed, error: "x".repeat(5 * MIB) });
    const script = [emitting(failing, next), fails, () => replied({})] as const;
    expect(run(network(), ...script, saying(2 * MIB))).toMatchObject({ code: 0 });
    expect(run(network(), ...script, saying(5 * MIB))).toMatchObject(refused);
  });
});

describe("the results of contracts in a block", () => {
  it("hold 64 MiB; the transactions after that fail, and the next block has room again", () => {
    const chain = network();
    const fill = () => {
      chain.enclave.script.push(...Array.from({ length: 9 }, () => saying(7.5 * MIB)));
      const txs = Array.from({ length: 9 }, () => chain.tx(a, [execMsg], { gas: 900_000n }));
      return chain.block(txs).txResults.map(({ code }) => code);
    };
    expect(fill()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 12]);
    expect(fill()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 12]);
  });
});
