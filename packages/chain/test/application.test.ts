/**
 * Blocks, states, restarts, queries by path and genesis. Spec 05 §1.5, §2.4, §4.2; 04 §5.3.
 * @module
 */
import { createApplication, type JsonValue } from "@enclavenet/chain";
import { LocalError, toHex, utf8ToBytes } from "@enclavenet/common";
import { cosmosAuth, cosmosBank, cosmosTx, create, decode, encode, tendermintTypes } from "@enclavenet/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { message, primitives, testAccount } from "./support/accounts.ts";
import {
  appState,
  balanceOf,
  FUNDS,
  IO_KEY,
  NODE_KEY,
  START_NS,
  TestNetwork,
  textOf,
  VALIDATOR,
} from "./support/network.ts";
import { memoryStore } from "./support/store.ts";

const [a, b] = [testAccount(1), testAccount(2)];
const send = (amount = "1", from = a) =>
  message(cosmosBank.MsgSendSchema, {
    fromAddress: from.text,
    toAddress: b.text,
    amount: [{ denom: "uscrt", amount }],
  });

/** The same five blocks every time, good and bad transactions in them. */
function script(network: TestNetwork): string[] {
  const hashes = [toHex(network.block().appHash)];
  hashes.push(toHex(network.block([network.tx(a, [send()]), Uint8Array.of(1, 2, 3)]).appHash));
  hashes.push(toHex(network.block([network.tx(b, [send("5", b)]), network.tx(a, [send("0")])]).appHash));
  hashes.push(toHex(network.block([network.tx(a, [send("9")], { gas: 11_000n })]).appHash));
  hashes.push(toHex(network.block().appHash));
  return hashes;
}

describe("blocks", () => {
  it("give the same app hashes on two stores", () => {
    const first = script(new TestNetwork());
    expect(script(new TestNetwork())).toEqual(first);
    expect(new Set(first.slice(0, 4)).size).toBe(4);
    expect(first[4]).toBe(first[3]);
  });

  it("give the same app hashes when the node restarts after every block", () => {
    const network = new TestNetwork();
    const expected = script(new TestNetwork());
    const block = network.block.bind(network);
    network.block = (txs) => {
      const response = block(txs);
      network.restart();
      return response;
    };
    expect(script(network)).toEqual(expected);
  });

  it("execute a height again after a crash before commit, with the same result", () => {
    const network = new TestNetwork();
    network.block();
    const tx = network.tx(a, [send()]);
    const first = network.finalize([tx]);
    network.restart();
    expect(network.app.info().lastBlockHeight).toBe(1n);
    expect(network.block([tx])).toEqual(first);
    expect(balanceOf(network, b.text)).toBe(FUNDS + 1n);
  });

  it("refuse a height that is not the next one, a second block before commit, and a commit without a block", () => {
    const network = new TestNetwork();
    expect(() => network.app.commit()).toThrow(LocalError);
    network.height = 4n;
    expect(() => network.finalize()).toThrow(LocalError);
    network.height = 0n;
    network.finalize();
    expect(() => network.finalize()).toThrow(LocalError);
    network.app.commit();
  });

  it("open and close the enclave's block around the transactions", () => {
    const network = new TestNetwork();
    const tx = network.tx(a, [send()]);
    network.block([tx]);
    expect(network.enclave.calls.map(({ name }) => name)).toEqual(["bindNetwork", "beginBlock", "endBlock"]);
    expect(network.enclave.callsOf("beginBlock")).toEqual([
      { header: Uint8Array.of(1), commit: Uint8Array.of(2), nextValidatorSet: Uint8Array.of(3), transactions: [tx] },
    ]);
    expect(network.enclave.callsOf("endBlock")).toEqual([{ height: 1n }]);
  });

  it("bind the enclave to chain, genesis and first validators", () => {
    const [bound] = new TestNetwork().enclave.callsOf("bindNetwork");
    expect(bound).toMatchObject({ chainId: "secretdev-1", genesisHash: new Uint8Array(32).fill(5), initialHeight: 1n });
    const set = decode(tendermintTypes.ValidatorSetSchema, bound?.validatorSet as Uint8Array);
    expect(set).toMatchObject({ totalVotingPower: 10n });
    expect(set.validators).toMatchObject([
      {
        address: primitives.sha256(VALIDATOR.publicKey).slice(0, 20),
        votingPower: 10n,
        pubKey: { sum: { case: "ed25519", value: VALIDATOR.publicKey } },
      },
    ]);
  });

  it("give undecodable bytes a slot, the bare text and no gas", () => {
    const { txResults } = new TestNetwork().block([Uint8Array.of(1, 2, 3)]);
    expect(txResults).toEqual([
      {
        code: 2,
        codespace: "sdk",
        log: "tx parse error",
        data: new Uint8Array(0),
        info: "",
        gasWanted: 0n,
        gasUsed: 0n,
        events: [],
      },
    ]);
  });

  it("stop executing when the block's gas is used up", () => {
    const network = new TestNetwork({ blockMaxGas: 30_000n });
    const txs = Array.from({ length: 4 }, () => network.tx(a, [send()], { gas: 25_000n }));
    const { txResults } = network.block(txs);
    expect(txResults.map(({ code }) => code)).toEqual([0, 0, 11, 11]);
    expect(txResults[2]?.log).toMatch(
      /^out of gas in location: block gas meter; gasWanted: 25000, gasUsed: \d+: out of gas$/,
    );
    expect(txResults[3]).toMatchObject({ log: "no block gas left to run tx: out of gas", gasWanted: 0n, gasUsed: 0n });
    // The third paid its fee and advanced its sequence, the fourth did neither.
    expect(network.account(a.text).sequence).toBe(3n);
    expect(balanceOf(network, b.text)).toBe(FUNDS + 2n);
  });

  it("run out of gas inside a message with the ante handler's events and the fee kept", () => {
    const network = new TestNetwork();
    const result = network.deliver(a, [send()], { gas: 12_500n });
    expect(result).toMatchObject({ code: 11, codespace: "sdk", gasWanted: 12_500n });
    expect(result.log).toMatch(/^out of gas in location: \w+; gasWanted: 12500, gasUsed: \d+: out of gas$/);
    expect(result.events).toHaveLength(7);
    expect(balanceOf(network, a.text)).toBe(FUNDS - 1250n);
  });
});

describe("proposals", () => {
  const network = new TestNetwork({ blockMaxGas: 300_000n });
  const [small, large, next] = [100_000n, 250_000n, 200_000n].map((gas) => network.tx(a, [send()], { gas })) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const prepare = (txs: Uint8Array[], maxTxBytes = 22_020_096n) =>
    network.app.prepareProposal({ height: 1n, timeNs: START_NS, maxTxBytes, txs });

  it("take transactions in order, skipping those that do not fit", () => {
    expect(prepare([small, large, next])).toEqual([small, next]);
    expect(prepare([small, next], BigInt(small.length) + 3n)).toEqual([small]);
    expect(prepare([small, next], BigInt(small.length))).toEqual([]);
  });

  it("leave out what is no transaction", () => {
    expect(prepare([Uint8Array.of(1), small])).toEqual([small]);
  });

  it("are accepted", () => {
    expect(network.app.processProposal({ height: 1n, timeNs: START_NS, hash: new Uint8Array(32), txs: [] })).toBe(true);
  });
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

describe("genesis", () => {
  it("comes back when it is exported", () => {
    const network = new TestNetwork();
    network.block();
    const exported = network.app.exportGenesis() as { [module: string]: JsonValue };
    const given = appState(network.accounts);
    expect(exported.register).toEqual(given.register);
    expect((exported.bank as { supply: JsonValue }).supply).toEqual((given.bank as { supply: JsonValue }).supply);
    expect(exported.auth).toMatchObject({ params: (given.auth as { params: JsonValue }).params as object });
    const again = new TestNetwork({ appState: exported });
    again.block();
    expect(again.app.exportGenesis()).toEqual(exported);
  });

  it("takes the names of upstream's Go structure for the registration keys", () => {
    const state = appState([a, b]);
    const keys = state.register as { node_exch_master_key: JsonValue; io_master_key: JsonValue };
    const register = { reg_info: [], node_exch_key: keys.node_exch_master_key, io_exch_key: keys.io_master_key };
    const network = new TestNetwork({ accounts: [a, b], appState: { ...state, register } });
    network.block();
    const answer = network.rawQuery("/secret.registration.v1beta1.Query/TxKey");
    expect(toHex(answer.value)).toBe(`0a20${toHex(IO_KEY)}`);
  });

  it("serves the registration key document, and no seed of an unknown node", () => {
    const network = new TestNetwork();
    network.block();
    const answer = network.rawQuery("/secret.registration.v1beta1.Query/RegistrationKey");
    const b64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
    expect(textOf(answer.value.slice(3 - (answer.value[1]! < 128 ? 1 : 0)))).toBe(
      `{"reg_info":null,"node_exch_key":{"bytes":"${b64(NODE_KEY)}"},"io_exch_key":{"bytes":"${b64(IO_KEY)}"}}`,
    );
    const seed = network.rawQuery("/secret.registration.v1beta1.Query/EncryptedSeed", Uint8Array.of(0x0a, 1, 7));
    expect(seed.grpcStatus).toEqual({
      code: 2,
      message: "codespace sdk code 9: unknown address: Node has not been authenticated yet",
    });
  });

  it.each<[string, object]>([
    ["an unknown field", { bank: { nothing: 1 } }],
    [
      "a supply that is no sum",
      { bank: { ...(appState([a]).bank as object), supply: [{ denom: "uscrt", amount: "1" }] } },
    ],
    ["missing registration keys", { register: {} }],
    ["a bad address", { bank: { balances: [{ address: "x", coins: [] }] } }],
    [
      "a sequence below the codes",
      { compute: { ...(appState([a]).compute as object), sequences: [{ id_key: "BGxhc3RDb2RlSWQ=", value: "0" }] } },
    ],
  ])("refuses %s", (_name, change) => {
    const state = { ...appState([a]), ...(change as { [module: string]: JsonValue }) };
    expect(() => new TestNetwork({ accounts: [a], appState: state })).toThrow(
      expect.objectContaining({ code: "CHAIN_GENESIS" }) as Error,
    );
  });

  it("refuses app_state that is no object, a second start, and a first height other than 1", () => {
    const network = new TestNetwork();
    const start = (change: object) =>
      network.app.initChain({
        timeNs: START_NS,
        chainId: "x",
        consensusParams: { blockMaxBytes: 1n, blockMaxGas: -1n },
        validators: [VALIDATOR],
        appState: utf8ToBytes("{}"),
        initialHeight: 1n,
        genesisHash: new Uint8Array(32),
        ...change,
      });
    expect(() => start({ appState: utf8ToBytes("[]") })).toThrow(LocalError);
    expect(() => start({ appState: Uint8Array.of(0xff) })).toThrow(LocalError);
    expect(() => start({ initialHeight: 5n })).toThrow(LocalError);
    network.block();
    expect(() => start({})).toThrow(expect.objectContaining({ code: "CHAIN_STARTED" }) as Error);
  });

  it("may be given again before the first block, as after a crash", () => {
    const network = new TestNetwork();
    const expected = toHex(new TestNetwork().block().appHash);
    network.app = createApplication({ ...network.options, store: memoryStore() });
    network.app.initChain({
      timeNs: START_NS,
      chainId: "secretdev-1",
      consensusParams: { blockMaxBytes: 22_020_096n, blockMaxGas: -1n },
      validators: [VALIDATOR],
      appState: utf8ToBytes(JSON.stringify(appState(network.accounts))),
      initialHeight: 1n,
      genesisHash: new Uint8Array(32).fill(5),
    });
    expect(toHex(network.block().appHash)).toBe(expected);
  });

  it("tells height 0 without hash before the first block, then height and app hash", () => {
    const network = new TestNetwork();
    expect(network.app.info()).toMatchObject({
      lastBlockHeight: 0n,
      lastBlockAppHash: primitives.sha256(new Uint8Array(0)),
      version: "1.0.0",
      data: "secret",
    });
    const { appHash } = network.block();
    expect(network.app.info()).toMatchObject({ lastBlockHeight: 1n, lastBlockAppHash: appHash });
  });

  it("refuses to work before it is started", () => {
    const app = createApplication({ ...new TestNetwork().options, store: memoryStore() });
    expect(() => app.checkTx({ tx: new Uint8Array(1), recheck: false })).toThrow(LocalError);
    expect(
      app.query({ path: "/cosmos.bank.v1beta1.Query/Params", data: new Uint8Array(0), height: 0n, prove: false }).code,
    ).not.toBe(0);
  });
});

describe("hostile bytes", () => {
  const network = new TestNetwork();
  network.block();
  const honest = network.tx(a, [send()], { sequence: 0n });

  it("never throw out of CheckTx, simulation or queries", () => {
    const flipped = fc
      .tuple(fc.nat(honest.length - 1), fc.integer({ min: 1, max: 255 }))
      .map(([at, mask]) => honest.map((byte, i) => (i === at ? byte ^ mask : byte)));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), flipped), (tx) => {
        expect(network.app.checkTx({ tx, recheck: false }).code).toBeGreaterThan(0);
        network.rawQuery("/app/simulate", tx);
        network.rawQuery("/cosmos.bank.v1beta1.Query/AllBalances", tx);
        network.rawQuery("/secret.compute.v1beta1.Query/QuerySecretContract", tx);
      }),
      { numRuns: 300 },
    );
  });

  it("do not let deep nesting through", () => {
    let nested: Uint8Array = new Uint8Array(0);
    for (let i = 0; i < 5_000; i++) {
      const length = nested.length + 2 + (nested.length > 127 ? 1 : 0) + (nested.length > 16_383 ? 1 : 0);
      nested = Uint8Array.of(0x12, ...varint(length), 0x12, ...varint(nested.length), ...nested);
      if (nested.length > 20_000) break;
    }
    const raw = decode(cosmosTx.TxRawSchema, honest);
    const authInfoBytes = Uint8Array.of(0x0a, ...varint(nested.length), ...nested);
    const tx = encode(cosmosTx.TxRawSchema, create(cosmosTx.TxRawSchema, { ...raw, authInfoBytes }));
    expect(network.app.checkTx({ tx, recheck: false })).toMatchObject({ code: 2 });
  });
});

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) out.push((rest & 127) | 128);
  return [...out, rest];
}
