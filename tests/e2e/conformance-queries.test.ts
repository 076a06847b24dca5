/**
 * Conformance, queries: of contracts by users and by contracts, what contracts ask the chain, and what it all costs.
 * Numbers are those of spec 03 §6.4; what is expected comes from there, §1.4, §2.4, §4.6.
 * @module
 */
import { toBase64, utf8ToBytes } from "@enclavenet/common";
import { cosmosBank, create, decode, encode } from "@enclavenet/proto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Abi,
  ask,
  importing,
  json64,
  PROBE_OF,
  type Probe,
  run,
  Stage,
  type Step,
  text,
} from "../support/probe.ts";

let stage: Stage;
const probes = {} as Record<Abi, Probe>;

beforeAll(async () => {
  stage = await Stage.open();
  for (const abi of ["v1", "v0.10"] as const) probes[abi] = await stage.make(PROBE_OF[abi], [], { funds: 7 });
});

afterAll(async () => {
  await stage?.close();
});

const base64 = (value: string): string => toBase64(utf8ToBytes(value));
const fromBase64 = (value: string): string => Buffer.from(value, "base64").toString("utf8");

interface Answer {
  readonly Ok?: { readonly Ok?: string; readonly Err?: unknown };
  readonly Err?: unknown;
}

/** What a contract is answered, in a query; an answer within is decoded. */
async function answered(abi: Abi, request: object): Promise<unknown> {
  const answer = await stage.query<Answer>(probes[abi], [ask(request)]);
  return answer.Ok?.Ok === undefined ? answer : fromBase64(answer.Ok.Ok);
}

const smart = (of: Probe, ...steps: readonly Step[]) => ({
  wasm: {
    smart: { contract_addr: of.address, callback_code_hash: of.code.hash, msg: json64(run(...steps)) },
  },
});

/** A query that fails for a reason of the chain. */
async function reason(abi: Abi, ...steps: readonly Step[]): Promise<string> {
  return await stage.query(probes[abi], steps).then(
    () => "there was an answer",
    (error: unknown) => (error as Error).message,
  );
}

describe.each(["v1", "v0.10"] as const)("%s", (abi) => {
  it("answers with its data, and with its error", async () => {
    expect(await stage.query(probes[abi], [{ data: { text: '"🍌"' } }])).toBe("🍌");
    const error = abi === "v1" ? "Generic error: no" : '{"generic_err":{"msg":"no"}}';
    expect(await stage.query(probes[abi], [{ fail: { text: "no" } }])).toBe(error);
  });

  it("#22 a query does not write, also not in what it asks", async () => {
    const why = "Execution error: Enclave: contract tried to write to storage during a query";
    for (const step of [{ set: { key: "a", value: "b" } }, { remove: { key: "a" } }]) {
      expect(await reason(abi, step)).toContain(why);
      const inner = { generic_err: { msg: `${why}: query contract failed` } };
      expect(await answered(abi, smart(probes[abi], step))).toEqual({ Ok: { Err: inner } });
    }
    expect(await reason(abi, { panic: {} })).toContain("Execution error: Enclave: the contract panicked");
  });

  it("#21 the tenth query within queries is refused, in a query and in a message", async () => {
    const { address: contract, code } = probes[abi];
    const step = { query_recursion: { contract, code_hash: code.hash, depth: 1 } };
    const refused = { depth: 10, answer: { Err: { exceeded_recursion_limit: {} } } };
    expect(await stage.query(probes[abi], [step])).toEqual(refused);
    const tx = await stage.execute(probes[abi], [step], { gasLimit: 1_000_000 });
    expect(JSON.parse(text(tx))).toEqual(refused);
  });

  it("each query within queries is paid by the one who asks, who ends with it when the gas is not enough", async () => {
    const { address: contract, code } = probes[abi];
    const asking = [{ query_recursion: { contract, code_hash: code.hash, depth: 1 } }];
    const whole = await stage.execute(probes[abi], asking, { gasLimit: 1_000_000 });
    expect(whole.rawLog).toBe("");
    // One instance for the message and nine for the queries.
    expect(whole.gasUsed).toBeGreaterThan(10 * 20_000);
    const short = await stage.execute(probes[abi], asking, { gasLimit: whole.gasUsed - 30_000 });
    expect([short.codespace, short.code]).toEqual(["sdk", 11]);
    expect((await stage.execute(probes[abi], asking, { gasLimit: whole.gasUsed + 1_000 })).rawLog).toBe("");
  });

  it("asks contracts of both interfaces, in queries and in messages", async () => {
    for (const other of Object.values(probes)) {
      const request = smart(other, { data: { text: '{"a":1}' } });
      expect(await answered(abi, request)).toBe('{"a":1}');
      const tx = await stage.execute(probes[abi], [ask(request)]);
      expect(text(tx)).toBe(`{"Ok":{"Ok":"${base64('{"a":1}')}"}}`);
    }
  });

  it("is told a v0.10 contract's error as it is, and of a v1 contract that its error is no such object", async () => {
    const failing = (of: Probe) => answered(abi, smart(of, { fail: { text: "no" } }));
    expect(await failing(probes["v0.10"])).toEqual({ Ok: { Err: { generic_err: { msg: "no" } } } });
    expect(await failing(probes.v1)).toEqual({
      Err: { invalid_response: { error: "expected value at line 1 column 1", response: base64("Generic error: no") } },
    });
  });

  it("is told of contracts that panic, that are not there, and of wrong code hashes", async () => {
    const generic = (msg: string) => ({ Ok: { Err: { generic_err: { msg } } } });
    expect(await answered(abi, smart(probes.v1, { panic: {} }))).toEqual(
      generic("Execution error: Enclave: the contract panicked: query contract failed"),
    );
    const { code } = probes.v1;
    expect(await answered(abi, smart({ address: stage.a.address, code }))).toEqual(generic("contract: not found"));
    const wrong = smart({ address: probes.v1.address, code: { id: code.id, hash: "ab".repeat(32) } });
    expect(await answered(abi, wrong)).toEqual(
      generic("Execution error: Enclave: failed to validate transaction: query contract failed"),
    );
  });

  it("bank.balance and bank.all_balances", async () => {
    const { address } = probes[abi];
    const coin = '{"denom":"uscrt","amount":"7"}';
    expect(await answered(abi, { bank: { balance: { address, denom: "uscrt" } } })).toBe(`{"amount":${coin}}`);
    expect(await answered(abi, { bank: { balance: { address, denom: "none" } } })).toBe(
      '{"amount":{"denom":"none","amount":"0"}}',
    );
    expect(await answered(abi, { bank: { all_balances: { address } } })).toBe(`{"amount":[${coin}]}`);
  });

  it("wasm.contract_info", async () => {
    const { address, code } = probes.v1;
    expect(await answered(abi, { wasm: { contract_info: { contract_addr: address } } })).toBe(
      `{"code_id":${code.id},"creator":"${stage.a.address}","pinned":false}`,
    );
  });

  it("wasm.raw: encrypted keys, so nothing under a plain one; without a code hash it is no request", async () => {
    const { address: contract_addr, code } = probes[abi];
    const key = base64("nothing");
    const raw = { contract_addr, callback_code_hash: code.hash, key };
    expect(await answered(abi, { wasm: { raw } })).toBe("[]");
    expect(await answered(abi, { wasm: { raw: { contract_addr, key } } })).toMatchObject({
      Err: { invalid_request: { request: json64({ wasm: { raw: { contract_addr, key } } }) } },
    });
  });

  it("stargate: paths of the list, as protobuf", async () => {
    const { address } = probes[abi];
    const request = create(cosmosBank.QueryBalanceRequestSchema, { address, denom: "uscrt" });
    const data = toBase64(encode(cosmosBank.QueryBalanceRequestSchema, request));
    const path = "/cosmos.bank.v1beta1.Query/Balance";
    const answer = await stage.query<Answer>(probes[abi], [ask({ stargate: { path, data } })]);
    const bytes = new Uint8Array(Buffer.from(answer.Ok?.Ok ?? "", "base64"));
    expect(decode(cosmosBank.QueryBalanceResponseSchema, bytes).balance).toMatchObject({ denom: "uscrt", amount: "7" });
    const closed = "/cosmos.bank.v1beta1.Query/AllBalances";
    expect(await answered(abi, { stargate: { path: closed, data } })).toEqual({
      Err: { unsupported_request: { kind: `query path '${closed}' is not allowed from the contract` } },
    });
  });

  it("modules that are not here: their queries are not supported, and their paths have no route", async () => {
    const unsupported = (kind: string) => ({ Err: { unsupported_request: { kind } } });
    const delegation = { delegator: probes[abi].address, validator: "x" };
    expect(await answered(abi, { staking: { delegation } })).toEqual(unsupported("staking.delegation"));
    expect(await answered(abi, { staking: { validators: {} } })).toEqual(unsupported("staking.validators"));
    expect(await answered(abi, { gov: { proposals: {} } })).toEqual(unsupported("gov.proposals"));
    expect(await answered(abi, { ibc: { channel: { channel_id: "x" } } })).toEqual(unsupported("ibc.channel"));
    const path = "/cosmos.staking.v1beta1.Query/Validator";
    expect(await answered(abi, { stargate: { path, data: "" } })).toEqual(unsupported(`No route to query '${path}'`));
    // In a message too, and it is paid for.
    const tx = await stage.execute(probes[abi], [ask({ mint: { inflation: {} } })]);
    expect(JSON.parse(text(tx))).toEqual(unsupported("mint.inflation"));
  });

  it("fields of a wrong type are no request, and what is missing is told", async () => {
    const rows: [object, string][] = [
      [{ bank: { balance: { address: 5, denom: "uscrt" } } }, "invalid type: field `address`"],
      [{ bank: { balance: { address: "x" } } }, "missing field `denom`"],
      [{ stargate: { path: "x", data: "*" } }, "invalid type: field `data`"],
    ];
    for (const [request, error] of rows) {
      expect(await answered(abi, request)).toEqual({ Err: { invalid_request: { error, request: json64(request) } } });
    }
  });

  it("custom requests are not supported; texts that are no request at all are told so", async () => {
    expect(await answered(abi, { custom: {} })).toEqual({ Err: { unsupported_request: { kind: "custom" } } });
    for (const request of [{ teleport: {} }, { bank: { steal: {} } }, { wasm: { smart: {} } }]) {
      expect(await answered(abi, request)).toMatchObject({ Err: { invalid_request: { request: json64(request) } } });
    }
  });

  it("out of gas in what is asked ends the caller too", async () => {
    const tx = await stage.execute(probes[abi], [ask(smart(probes[abi], { spin: { rounds: 400_000_000 } }))]);
    expect([tx.codespace, tx.code]).toEqual(["sdk", 11]);
  });
});

describe("#28 gas that a contract looks at and burns", () => {
  /** Gas of a call that evaporates this much; the number has ten digits, so that reading it costs the same. */
  async function evaporating(amount: number, gasLimit = 600_000): Promise<number> {
    const tx = await stage.execute(probes.v1, [importing("gas_evaporate", [], `${amount}`.padStart(10, "0"))], {
      gasLimit,
    });
    expect(tx.rawLog).toBe("");
    return tx.gasUsed;
  }

  it("gas_evaporate costs what it is told, and 8 at least", async () => {
    const none = await evaporating(0);
    const beyond = [];
    for (const amount of [2, 8, 9, 1_200, 400_000]) beyond.push((await evaporating(amount)) - none);
    expect(beyond).toEqual([0, 0, 1, 1_192, 399_992]);
    const tx = await stage.execute(probes.v1, [importing("gas_evaporate", [], "0000500000")], { gasLimit: 500_000 });
    expect([tx.codespace, tx.code]).toEqual(["sdk", 11]);
  });

  it("check_gas: what this call has used of its own gas so far, itself included", async () => {
    const looks = [importing("check_gas"), importing("gas_evaporate", [], "1000"), importing("check_gas")];
    const tx = await stage.execute(probes.v1, looks);
    const [before, after] = (tx.arrayLog ?? [])
      .filter(({ key }) => key === "check_gas")
      .map(({ value }) => Number(value)) as [number, number];
    // 1000 and 8.192, and what the probe's own instructions between the two cost.
    expect(after - before).toBeGreaterThanOrEqual(1_008);
    expect(after - before).toBeLessThan(1_100);
    // 20 000 for the instance and what the transaction itself costs are not the contract's.
    expect(tx.gasUsed - after).toBeGreaterThan(20_000);
  });
});
