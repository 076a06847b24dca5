/**
 * The counter artefact on the engine: state, attributes, data, errors, randomness, relaying.
 * @module
 */
import { describe, expect, it } from "vitest";
import { address, artifact, dataOf, TestContract } from "./support/contract.ts";

const owner = address(1);
const other = address(2);

function deploy(count = 5): TestContract {
  const contract = new TestContract(artifact("counter.wasm"));
  contract.instantiate({ count }, { sender: owner });
  return contract;
}

describe("counting", () => {
  it("increments, adds and answers", () => {
    const contract = deploy();
    contract.execute({ increment: {} }, { sender: other });
    expect(contract.execute({ add: { n: -8 } }).attributes).toEqual([{ key: "count", value: "-2", encrypted: true }]);
    expect(contract.query({ get_count: {} })).toEqual({ count: -2 });
    expect(contract.query({ get_owner: {} })).toEqual({ owner });
  });

  it("lets only the owner reset", () => {
    const contract = deploy();
    expect(() => contract.execute({ reset: { count: 1 } }, { sender: other })).toThrow("only the owner");
    contract.execute({ reset: { count: 1 } }, { sender: owner });
    expect(contract.query({ get_count: {} })).toEqual({ count: 1 });
  });

  it("refuses to overflow", () => {
    const contract = deploy();
    // The largest double below 2^63; its JSON text is 807 less than the largest count.
    contract.execute({ reset: { count: 2 ** 63 - 1024 } });
    contract.execute({ add: { n: 807 } });
    expect(() => contract.execute({ increment: {} })).toThrow("overflow");
  });

  it("keeps or replaces the count when it is migrated", () => {
    const contract = deploy();
    contract.migrate({});
    expect(contract.query({ get_count: {} })).toEqual({ count: 5 });
    contract.migrate({ count: 9 });
    expect(contract.query({ get_count: {} })).toEqual({ count: 9 });
  });
});

describe("outputs", () => {
  it("passes a marker through message, state, data, attribute and answer", () => {
    const contract = deploy();
    const text = 'marker "quoted" \\ ünïcödé \u{1f600}';
    const response = contract.execute({ echo: { text } });
    expect(dataOf(response)).toBe(text);
    expect(response.attributes).toEqual([{ key: "text", value: text, encrypted: true }]);
    expect(contract.query({ get_text: {} })).toEqual({ text });
    expect([...contract.state.values()].map((value) => Buffer.from(value).toString("utf8"))).toContain(text);
  });

  it("logs encrypted and plaintext attributes, an event and data", () => {
    const response = deploy().execute({ log: { text: "seen" } });
    const attributes = [
      { key: "private", value: "seen", encrypted: true },
      { key: "public", value: "seen", encrypted: false },
    ];
    expect(response.attributes).toEqual(attributes);
    expect(response.events).toEqual([{ type: "noted", attributes }]);
    expect(dataOf(response)).toBe("seen");
  });

  it("fails with the text it is given, in messages and in queries", () => {
    const contract = deploy();
    expect(() => contract.execute({ fail: { text: "marker" } })).toThrow("Generic error: marker");
    expect(() => contract.execute({ fail: {} })).toThrow("Generic error: failed on request");
    expect(() => contract.query({ fail: { text: "marker" } })).toThrow("Generic error: marker");
  });

  it("panics, runs out of gas and finishes within it", () => {
    const contract = deploy();
    expect(contract.attempt({ panic: {} }).error?.kind).toBe("ContractPanic");
    const iterations = 200_000;
    expect(contract.attempt({ burn_gas: { iterations } }, { gasLimit: 2_000_000n }).error?.kind).toBe("OutOfGas");
    expect(contract.attempt({ burn_gas: { iterations } }).gas.used).toBeGreaterThan(BigInt(iterations) * 10n);
    expect(contract.query({ get_count: {} })).toEqual({ count: 5 });
  });

  it("rolls a die that the block's randomness decides", () => {
    const contract = deploy();
    const expected = (BigInt(`0x${"07".repeat(8)}`) % 6n) + 1n;
    expect(dataOf(contract.execute({ roll: { sides: 6 } }))).toBe(expected.toString());
    expect(() => contract.execute({ roll: { sides: 0 } })).toThrow("sides");
  });
});

describe("other contracts", () => {
  const msg = Buffer.from('{"increment":{}}').toString("base64");

  it.each(["never", "success", "error", "always"])("relays with reply on %s", (reply_on) => {
    const relay = { contract: other, code_hash: "ab", msg, reply_on, gas_limit: 77 };
    const { messages } = deploy().execute({ relay });
    const execute = { contract_addr: other, code_hash: "ab", msg, send: [] };
    expect(messages).toEqual([expect.objectContaining({ id: 7, msg: { wasm: { execute } }, gas_limit: 77, reply_on })]);
  });

  it("keeps what a reply says", () => {
    const contract = deploy();
    expect(contract.query({ get_last_reply: {} })).toEqual({ id: null, data: null, error: null });
    const response = contract.reply({ id: 7, result: { ok: { events: [], data: "AQI=" } } });
    expect(response.data).toBe("AQI=");
    expect(contract.query({ get_last_reply: {} })).toEqual({ id: 7, data: "AQI=", error: null });
    contract.reply({ id: 7, result: { error: "broken" } });
    expect(contract.query({ get_last_reply: {} })).toEqual({ id: 7, data: null, error: "broken" });
  });

  it("asks another counter", () => {
    const contract = deploy();
    const asked = { get_count_of: { contract: other, code_hash: "ab" } };
    const answer = { Ok: { Ok: Buffer.from('{"count":12}').toString("base64") } };
    let request: unknown;
    const result = contract.queryWith(asked, (seen) => {
      request = seen;
      return answer;
    });
    expect(result).toEqual({ count: 12 });
    const smart = { contract_addr: other, callback_code_hash: "ab", msg: expect.any(String) };
    expect(request).toEqual({ wasm: { smart } });
    expect(() => contract.queryWith(asked, () => ({ Err: { no_such_contract: { addr: other } } }))).toThrow(other);
  });

  it("pays out for the owner alone", () => {
    const contract = deploy();
    const pay = { to: other, amount: [{ denom: "uscrt", amount: "3" }] };
    expect(() => contract.execute({ pay }, { sender: other })).toThrow("only the owner");
    const send = { to_address: other, amount: [{ denom: "uscrt", amount: "3" }] };
    expect(contract.execute({ pay }, { sender: owner }).messages[0]?.msg).toEqual({ bank: { send } });
  });
});
