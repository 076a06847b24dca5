/**
 * The v0.10 artefact on the engine: the older interface with its own environment, log and errors.
 * @module
 */
import { describe, expect, it } from "vitest";
import { address, artifact, CHAIN_ID, CONTRACT, dataOf, TestContract } from "./support/contract.ts";

function deploy(): TestContract {
  const contract = new TestContract(artifact("v010-echo.wasm"));
  expect(contract.instantiate({ count: 5 }).log).toEqual([{ key: "count", value: "5" }]);
  return contract;
}

describe("the v0.10 contract", () => {
  it("counts, migrates and keeps its state", () => {
    const contract = deploy();
    contract.execute({ increment: {} });
    expect(contract.execute({ add: { n: -9 } }).log).toEqual([{ key: "count", value: "-3" }]);
    contract.migrate({});
    expect(contract.query({ get_count: {} })).toEqual({ count: -3 });
  });

  it("passes a marker through message, state, data and log", () => {
    const contract = deploy();
    const text = 'marker "quoted" \\';
    const response = contract.execute({ echo: { text } });
    expect(dataOf(response)).toBe(text);
    expect(response).toMatchObject({ messages: [], log: [{ key: "text", value: text }] });
    expect(contract.query({ get_text: {} })).toEqual({ text });
  });

  it("sees where it runs and who calls", () => {
    const contract = deploy();
    contract.height = 77;
    contract.execute({ increment: {} }, { sender: address(9) });
    const seen = { sender: address(9), contract: CONTRACT, height: 77, time: contract.time, chain_id: CHAIN_ID };
    expect(contract.query({ get_last_call: {} })).toEqual(seen);
  });

  it("returns structured errors", () => {
    const contract = deploy();
    expect(() => contract.execute({ fail: { text: "marker" } })).toThrow('{"generic_err":{"msg":"marker"}}');
    expect(() => contract.execute({ refuse: {} })).toThrow('{"unauthorized":{}}');
    expect(() => contract.query({ fail: { text: "marker" } })).toThrow('{"generic_err":{"msg":"marker"}}');
  });

  it("canonicalises addresses and shows what is wrong with one", () => {
    const contract = deploy();
    expect(contract.query({ normalize: { address: address(4) } })).toEqual({ address: address(4) });
    expect(() => contract.query({ normalize: { address: "secret1" } })).toThrow("canonicalize_address errored: length");
  });
});
