/**
 * The steps of the probes on the engine, in both interfaces (contracts/README.md). Expected values: spec 03 §2.3, §4.2–4.4.
 * @module
 */
import { describe, expect, it } from "vitest";
import { address, artifact, dataOf, type Json, TestContract } from "./support/contract.ts";
import { attributesOf, base64, fromHex, probe, run } from "./support/probe.ts";

describe.each(["probe", "v010-probe"] as const)("%s: what both interfaces have", (name) => {
  it("keeps, reads, counts and removes", () => {
    const contract = probe(name);
    expect(dataOf(contract.execute(run({ get: { key: "fruit" } })))).toBe("🍌");
    contract.execute(run({ remove: { key: "fruit" } }));
    expect(dataOf(contract.execute(run({ get: { key: "fruit" } })))).toBe("");
    const counted = contract.execute(run({ add: { key: "n", n: 13 } }, { add: { key: "n", n: -3 } }));
    expect(counted.data).toBe(fromHex("0000000a"));
  });

  it("answers with attributes, data, or none", () => {
    const contract = probe(name);
    const response = contract.execute(
      run(
        { log: { key: "🌈", value: "" } },
        { log: { key: "", value: "plain", encrypted: false } },
        { data: { text: "🍆" } },
        { append: { text: "🥑" } },
      ),
    );
    expect(attributesOf(response)).toEqual([
      { key: "🌈", value: "" },
      { key: "", value: "plain", encrypted: false },
    ]);
    expect(dataOf(response)).toBe("🍆🥑");
    expect(contract.execute(run({ data: { text: "x" } }, { no_data: {} })).data).toBeNull();
    expect(contract.execute(run({ data: { text: "" } })).data).toBe("");
  });

  it("emits messages as they are written, and any output", () => {
    const contract = probe(name);
    const messages = ['{"nothing":{"of":"this"}}', '{"b":1}'];
    expect(contract.execute(run({ emit: { messages } })).messages).toEqual(messages.map((text) => JSON.parse(text)));
    expect(contract.execute(run({ output: { text: '{"Ok":{"data":"AA=="}}' } }))).toEqual({ data: "AA==" });
  });

  it("asks what it is told to, and hands the answer on", () => {
    const contract = probe(name);
    const request = '{"bank":{"all_balances":{"address":"x"}}}';
    const asked: Json[] = [];
    contract.queryWith(run({ query: { request } }), (seen) => {
      asked.push(seen);
      return { Ok: { Ok: "e30=" } };
    });
    expect(asked).toEqual([JSON.parse(request)]);
  });

  it.each([
    ["a panic", { panic: {} }, "ContractPanic"],
    ["memory that is not there", { touch: { address: 0xfff0_0000 } }, "OutOfBounds"],
    ["endless recursion", { recurse: { depth: 2_000_000_000 } }, "StackOverflow"],
    ["a heap of 13 MiB", { allocate: { bytes: 13_631_488 } }, "ContractPanic"],
    ["a loop beyond its gas", { spin: { rounds: 400_000_000 } }, "OutOfGas"],
    ["pages beyond its gas", { grow: { pages: 2_000_000 } }, "OutOfGas"],
  ] as const)("fails for %s", (_what, step, kind) => {
    expect(probe(name).attempt(run(step)).error?.kind).toBe(kind);
  });

  it("goes as deep, as far and as large as is allowed", () => {
    const contract = probe(name);
    contract.execute(run({ recurse: { depth: 100 } }, { spin: { rounds: 1000 } }, { allocate: { bytes: 1_000_000 } }));
    expect(dataOf(contract.execute(run({ grow: { pages: 10_000 } })))).toBe("-1");
    expect(Number(dataOf(contract.execute(run({ grow: { pages: 1 } }))))).toBeGreaterThan(16);
  });

  it("does not write in a query", () => {
    for (const step of [{ set: { key: "a", value: "b" } }, { remove: { key: "a" } }]) {
      expect(() => probe(name).query(run(step))).toThrow("UnauthorizedWrite");
    }
  });
});

describe("probe: what only the newer interface has", () => {
  it("sees environment and sender as they came", () => {
    const contract = probe("probe");
    const env = JSON.parse(dataOf(contract.execute(run({ input: { name: "env" } })))) as Record<string, Json>;
    expect(env).toMatchObject({ block: { height: 1, time: "1700000000000000000" }, transaction: { index: 3 } });
    const info = dataOf(contract.execute(run({ input: { name: "info" } }), { sender: address(9) }));
    expect(info).toBe(`{"sender":"${address(9)}","funds":[]}`);
    expect(contract.query(run({ input: { name: "env" } }))).toMatchObject({ transaction: null });
  });

  it("emits events", () => {
    const attributes = [{ key: "a", value: "b", encrypted: false }];
    const event = { type: "noted", attributes };
    expect(probe("probe").execute(run({ event })).events).toEqual([event]);
  });

  it("does about a reply what was kept for its id", () => {
    const contract = probe("probe");
    const kept = (id: number, ...steps: readonly Json[]) =>
      contract.execute(run({ on_reply: { id, script: JSON.stringify(run(...steps)) } }));
    const ok = (id: number, data: string | null) => contract.reply({ id, result: { ok: { events: [], data } } });
    kept(1, { reply_data: {} }, { append: { text: "!" } }, { reply_error: {} });
    kept(2, { reply_error: {} });
    kept(3, { fail: { text: "no" } });
    kept(4, { no_data: {} }, { add: { key: "n", n: 1 } }, { no_data: {} });
    expect(ok(1, base64("data")).attributes).toEqual([{ key: "reply_error", value: "none" }]);
    expect(dataOf(contract.reply({ id: 2, result: { error: "it failed" } }))).toBe("it failed");
    expect(() => ok(3, null)).toThrow("Generic error: no");
    expect(ok(4, null).data).toBeNull();
    expect(contract.execute(run({ get: { key: "n" } })).data).toBe(fromHex("00000001"));
    expect(() => ok(5, null)).toThrow("nothing is to be done");
  });

  it.each([
    ["generic_err", "Generic error: text"],
    ["invalid_base64", "Invalid Base64 string: text"],
    ["invalid_data_size", "Invalid data size: expected=1 actual=2"],
    ["invalid_utf8", "Cannot decode UTF8 bytes into string: text"],
    ["not_found", "kind not found"],
    ["parse_err", "Error parsing into type target: text"],
    ["serialize_err", "Error serializing type source: text"],
    ["overflow", "Overflow: Cannot Sub with 1 and 2"],
    ["divide_by_zero", "Divide by zero: Cannot devide 7 by zero"],
    ["conversion_overflow", "Conversion error: "],
  ])("returns the library's %s", (kind, text) => {
    expect(() => probe("probe").execute(run({ std_error: { kind } }))).toThrow(text);
  });

  it("has a second code that writes when it is migrated to", () => {
    const contract = new TestContract(artifact("probe-v2.wasm"));
    contract.migrate(run({ set: { key: "more", value: "yes" } }));
    expect(dataOf(contract.execute(run({ get: { key: "version" } })))).toBe("2");
    expect(dataOf(contract.execute(run({ get: { key: "more" } })))).toBe("yes");
    expect(() => probe("probe").migrate(run())).toThrow("FailedFunctionCall");
  });
});

describe("v010-probe: what only the older interface has", () => {
  it("sees the environment as it came", () => {
    const env = dataOf(probe("v010-probe").execute(run({ input: { name: "env" } }), { sender: address(9) }));
    expect(JSON.parse(env)).toMatchObject({
      block: { time: 1_700_000_000 },
      message: { sender: address(9), sent_funds: [] },
      contract_key: null,
    });
  });

  it.each([
    ["generic_err", '{"generic_err":{"msg":"text"}}'],
    ["invalid_base64", '{"invalid_base64":{"msg":"text"}}'],
    ["invalid_utf8", '{"invalid_utf8":{"msg":"text"}}'],
    ["not_found", '{"not_found":{"kind":"kind"}}'],
    ["null_pointer", '{"null_pointer":{}}'],
    ["parse_err", '{"parse_err":{"target":"target","msg":"text"}}'],
    ["serialize_err", '{"serialize_err":{"source":"source","msg":"text"}}'],
    ["unauthorized", '{"unauthorized":{}}'],
    ["underflow", '{"underflow":{"minuend":"1","subtrahend":"2"}}'],
  ])("returns the library's %s", (kind, json) => {
    expect(() => probe("v010-probe").execute(run({ std_error: { kind } }))).toThrow(json);
  });
});
