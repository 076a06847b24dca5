import { toHex } from "@enclavenet/common";
import { cosmosAuth, cosmosBank, cosmosStoreInternalKv, cosmosTx, create, decode, encode } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { message, testAccount } from "./support/accounts.ts";
import { balanceOf, FUNDS, TestNetwork, textOf } from "./support/network.ts";

const [a, b] = [testAccount(1), testAccount(2)];
const send = (amount = "1", from = a) =>
  message(cosmosBank.MsgSendSchema, {
    fromAddress: from.text,
    toAddress: b.text,
    amount: [{ denom: "uscrt", amount }],
  });

describe("queries by path", () => {
  const network = new TestNetwork();
  network.block();
  network.deliver(a, [send()]);
  network.block();

  it.each([
    ["an unknown path", "/nothing", 6, "unknown query path: unknown request"],
    ["no path", "", 6, "no query path provided: unknown request"],
    [
      "a broadcast",
      "/cosmos.tx.v1beta1.Service/BroadcastTx",
      18,
      "can't route a broadcast tx message: invalid request",
    ],
    ["an unknown store", "/store/nothing/key", 6, "no such store: nothing: unknown request"],
    [
      "half an application path",
      "/app",
      6,
      "expected second parameter to be either 'simulate' or 'version', neither was present: unknown request",
    ],
  ])("refuse %s", (_name, path, code, log) => {
    expect(network.rawQuery(path, Uint8Array.of(1))).toMatchObject({ code, codespace: "sdk", log });
  });

  it("are listed by their method, each of which is answered", () => {
    const methods = network.app.queryMethods();
    expect(methods).toContain("/cosmos.bank.v1beta1.Query/Balance");
    expect(methods).toContain("/cosmos.tx.v1beta1.Service/Simulate");
    for (const method of methods) expect(network.rawQuery(method, new Uint8Array(0)).grpcStatus?.code).not.toBe(12);
  });

  it("say in gRPC's code that nobody serves a method", () => {
    const path = "/cosmos.bank.v1beta1.Query/Nothing";
    expect(network.rawQuery(path, Uint8Array.of(1))).toMatchObject({
      ...{ code: 6, codespace: "sdk", log: "unknown query path: unknown request" },
      grpcStatus: { code: 12, message: `unknown method ${path}` },
    });
    const store = network.rawQuery("/store/nothing/key", Uint8Array.of(1));
    expect(store.grpcStatus?.code).toBe(2);
  });

  it("tell the version", () => {
    expect(textOf(network.rawQuery("/app/version").value)).toBe("1.0.0");
  });

  it("prove a stored value at its height", () => {
    const key = Uint8Array.of(1, ...a.address);
    const answer = network.app.query({ path: "/store/acc/key", data: key, height: 2n, prove: true });
    expect(answer).toMatchObject({ code: 0, height: 2n, key });
    expect(answer.value.length).toBeGreaterThan(0);
    expect(answer.proofOps.map(({ type }) => type)).toEqual(["ics23:iavl", "ics23:simple"]);
    expect(network.app.query({ path: "/store/acc/key", data: key, height: 1n, prove: true })).toMatchObject({
      code: 18,
    });
    expect(network.app.query({ path: "/store/gov/key", data: key, height: 2n, prove: true })).toMatchObject({
      code: 18,
    });
  });

  it("list a store's entries below a prefix, at any height", () => {
    const pairs = (prefix: Uint8Array, height: bigint, store = "bank") => {
      const answer = network.app.query({ path: `/store/${store}/subspace`, data: prefix, height, prove: height > 1n });
      expect([answer.code, answer.key, answer.proofOps]).toEqual([0, prefix, []]);
      return decode(cosmosStoreInternalKv.PairsSchema, answer.value).pairs;
    };
    const balanceOfB = Uint8Array.of(2, 20, ...b.address);
    const [one, ...others] = pairs(balanceOfB, 2n);
    expect(others).toEqual([]);
    expect(textOf(one!.key.slice(balanceOfB.length))).toBe("uscrt");
    expect(textOf(one!.value)).toBe(`${FUNDS + 1n}`);
    expect(textOf(pairs(balanceOfB, 1n)[0]!.value)).toBe(`${FUNDS}`);
    const keys = pairs(Uint8Array.of(2), 0n).map(({ key }) => toHex(key));
    expect(keys.length).toBeGreaterThan(1);
    expect(keys).toEqual([...keys].sort());
    expect(pairs(Uint8Array.of(0xff, 0xff), 0n)).toEqual([]);
    for (const [path, data, code] of [
      ["/store/bank/subspace", new Uint8Array(0), 2],
      ["/store/nothing/subspace", Uint8Array.of(1), 6],
      ["/store/bank/others", Uint8Array.of(1), 6],
    ] as const) {
      expect(network.rawQuery(path, data).code).toBe(code);
    }
  });

  it("answer at earlier heights and refuse later ones", () => {
    const at = (height: bigint) =>
      network.query(
        "/cosmos.bank.v1beta1.Query/Balance",
        cosmosBank.QueryBalanceRequestSchema,
        { address: b.text, denom: "uscrt" },
        cosmosBank.QueryBalanceResponseSchema,
        height,
      ).balance?.amount;
    expect(at(1n)).toBe(`${FUNDS}`);
    expect(at(2n)).toBe(`${FUNDS + 1n}`);
    expect(at(0n)).toBe(at(3n));
    expect(network.rawQuery("/cosmos.bank.v1beta1.Query/Params", new Uint8Array(0), 9n)).toMatchObject({
      code: 26,
      log: "cannot query with height in the future; please provide a valid height: invalid height",
    });
  });

  it("find no account in the two forms that clients parse", () => {
    const data = encode(
      cosmosAuth.QueryAccountRequestSchema,
      create(cosmosAuth.QueryAccountRequestSchema, { address: testAccount(99).text }),
    );
    expect(network.rawQuery("/cosmos.auth.v1beta1.Query/Account", data)).toMatchObject({
      code: 22,
      codespace: "sdk",
      log: `rpc error: code = NotFound desc = account ${testAccount(99).text} not found: key not found`,
      grpcStatus: { code: 5, message: `account ${testAccount(99).text} not found` },
    });
  });

  it("show exactly the auth parameters of the specification and the module accounts", () => {
    const { params } = network.query(
      "/cosmos.auth.v1beta1.Query/Params",
      cosmosAuth.QueryParamsRequestSchema,
      {},
      cosmosAuth.QueryParamsResponseSchema,
    );
    expect(params).toMatchObject({
      maxMemoCharacters: 256n,
      txSigLimit: 7n,
      txSizeCostPerByte: 10n,
      sigVerifyCostEd25519: 590n,
      sigVerifyCostSecp256k1: 1000n,
    });
    const { account } = network.query(
      "/cosmos.auth.v1beta1.Query/ModuleAccountByName",
      cosmosAuth.QueryModuleAccountByNameRequestSchema,
      { name: "fee_collector" },
      cosmosAuth.QueryModuleAccountByNameResponseSchema,
    );
    expect(decode(cosmosAuth.ModuleAccountSchema, account?.value as Uint8Array)).toMatchObject({
      name: "fee_collector",
      baseAccount: { address: "secret17xpfvakm2amg962yls6f84z3kell8c5ljuhfkp", accountNumber: 3n },
    });
    const all = network.query(
      "/cosmos.auth.v1beta1.Query/Accounts",
      cosmosAuth.QueryAccountsRequestSchema,
      {},
      cosmosAuth.QueryAccountsResponseSchema,
    );
    expect(all.accounts).toHaveLength(4);
  });
});

describe("simulation", () => {
  const network = new TestNetwork();
  network.block();
  const PATH = "/cosmos.tx.v1beta1.Service/Simulate";
  const simulate = (txBytes: Uint8Array) =>
    network.rawQuery(PATH, encode(cosmosTx.SimulateRequestSchema, create(cosmosTx.SimulateRequestSchema, { txBytes })));

  it("runs transfers without a valid signature and keeps nothing; its gas times 1.25 suffices", () => {
    const tx = network.tx(a, [send()], { sequence: 0n, gas: 0n, fee: [], signature: new Uint8Array(64) });
    const { gasInfo, result } = decode(cosmosTx.SimulateResponseSchema, simulate(tx).value);
    expect(gasInfo?.gasWanted).toBe((1n << 64n) - 1n);
    expect(result?.msgResponses.map(({ typeUrl }) => typeUrl)).toEqual(["/cosmos.bank.v1beta1.MsgSendResponse"]);
    expect(result?.events.at(-1)?.attributes.at(-1)).toMatchObject({ key: "msg_index", value: "0" });
    expect(balanceOf(network, b.text)).toBe(FUNDS);
    const gas = ((gasInfo?.gasUsed as bigint) * 5n) / 4n;
    expect(network.deliver(a, [send()], { gas }).log).toBe("");
  });

  it("accepts a transaction without any signature bytes", () => {
    const tx = network.tx(b, [send("1", b)], { sequence: 0n, signatures: [new Uint8Array(0)] });
    expect(simulate(tx).code).toBe(0);
  });

  it("reports errors with the gas in both forms", () => {
    const text = "failed to execute message; message index: 0: 0uscrt: invalid coins with gas used: '";
    const answer = simulate(network.tx(a, [send("0")], { sequence: 1n }));
    expect(answer.grpcStatus?.code).toBe(2);
    expect(answer.grpcStatus?.message.startsWith(text)).toBe(true);
    expect(answer.log).toMatch(/^rpc error: code = Unknown desc = .*: unknown request$/);
    expect(simulate(new Uint8Array(0)).grpcStatus).toEqual({ code: 3, message: "empty txBytes is not allowed" });
  });

  it("is also an application path, as JSON", () => {
    const tx = network.tx(a, [send()], { sequence: 1n });
    const json = JSON.parse(textOf(network.rawQuery("/app/simulate", tx).value)) as { gas_info: { gas_used: string } };
    expect(Number(json.gas_info.gas_used)).toBeGreaterThan(0);
    expect(network.rawQuery("/app/simulate", network.tx(a, [send("0")], { sequence: 1n })).log).toContain(
      "failed to simulate tx: ",
    );
  });
});
