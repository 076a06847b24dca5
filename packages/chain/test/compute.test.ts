/**
 * Store, instantiate, execute, query: rules, gas, events, errors, over a scripted enclave. Spec 03 §3, §5.
 * @module
 */
import { gzipSync } from "node:zlib";
import { contractAddress, formatAddress } from "@enclavenet/chain";
import { fromHex, LocalError, toHex, utf8ToBytes } from "@enclavenet/common";
import { EnclaveError } from "@enclavenet/enclave-api";
import { secretCompute as c, cosmosBaseAbci, create, decode, encode } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { message, primitives, testAccount } from "./support/accounts.ts";
import { executed, instantiated } from "./support/fake-enclave.ts";
import { balanceOf, FUNDS, shown, TestNetwork } from "./support/network.ts";

const [a, b] = [testAccount(1), testAccount(2)];
const WASM = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...new Uint8Array(92));
const FIRST = contractAddress(primitives, 1n, 1n, a.address);
const FIRST_TEXT = formatAddress(FIRST);
const SERVICE = "/secret.compute.v1beta1.Query/";

const storeMsg = (wasm: Uint8Array = WASM, extra: object = {}) =>
  message(c.MsgStoreCodeSchema, { sender: a.address, wasmByteCode: wasm, ...extra });
const initMsg = (extra: object = {}) =>
  message(c.MsgInstantiateContractSchema, {
    sender: a.address,
    codeId: 1n,
    label: "one",
    initMsg: Uint8Array.of(1),
    ...extra,
  });
const execMsg = (extra: object = {}) =>
  message(c.MsgExecuteContractSchema, { sender: a.address, contract: FIRST, msg: Uint8Array.of(2), ...extra });

function withCode(): TestNetwork {
  const network = new TestNetwork();
  network.deliver(a, [storeMsg()], { gas: 5_000_000n });
  return network;
}

function withContract(extra: object = {}): TestNetwork {
  const network = withCode();
  expect(network.deliver(a, [initMsg(extra)]).log).toBe("");
  return network;
}

/** Events of the messages: everything after the seven of the ante handler. */
const messageEvents = (result: Parameters<typeof shown>[0]) => shown(result).slice(7);

describe("contract addresses", () => {
  it.each([
    [1n, 1n, "00".repeat(20), "secret19duvhuq0wlpes5fatmm69l5j2hty7s4a5wg6ru"],
    [1n, 2n, "000102030405060708090a0b0c0d0e0f10111213", "secret15eszzah3accjl9dlkz94medua8sz2djxd57xkg"],
    [7n, 300n, "ff".repeat(20), "secret1kcgj9d077l4977mwa2svqcax23kgpq2cf7wfcl"],
    [
      2n,
      3n,
      "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
      "secret1n0ev0wpkdz5tyhw324jh75hz32wdhk0lvs2kvk",
    ],
  ])("code %s instance %s", (code, instance, creator, text) => {
    expect(formatAddress(contractAddress(primitives, code, instance, fromHex(creator)))).toBe(text);
  });
});

describe("MsgStoreCode", () => {
  it("numbers codes from 1, keeps the bytes by hash and emits its events", () => {
    const network = new TestNetwork();
    const result = network.deliver(a, [storeMsg()], { gas: 5_000_000n });
    expect(messageEvents(result)).toEqual([
      `message{action=/secret.compute.v1beta1.MsgStoreCode,sender=${a.text},msg_index=0}`,
      `message{module=compute,sender=${a.text},signer=${a.text},msg_index=0}`,
      "message{code_id=1,msg_index=0}",
    ]);
    const [packed] = decode(cosmosBaseAbci.TxMsgDataSchema, result.data).msgResponses;
    expect(decode(c.MsgStoreCodeResponseSchema, packed?.value as Uint8Array).codeId).toBe(1n);
    expect(network.codes.get(primitives.sha256(WASM))).toEqual(WASM);
    expect(network.deliver(a, [storeMsg()], { gas: 5_000_000n }).events.at(-1)?.attributes[0]?.value).toBe("2");
  });

  it("unpacks gzip and charges 0.8 gas per unpacked byte, rounded half to even", () => {
    const packed = gzipSync(WASM);
    const network = new TestNetwork();
    expect(network.deliver(a, [storeMsg(packed)], { gas: 5_000_000n }).code).toBe(0);
    expect(network.codes.get(primitives.sha256(WASM))).toEqual(WASM);
    const gas = (length: number) => {
      const wasm = new Uint8Array(length);
      const { gasUsed } = new TestNetwork().deliver(a, [storeMsg(wasm)], { gas: 5_000_000n });
      return gasUsed - 10n * BigInt(length);
    };
    // 1000 more bytes cost 800 more; 2 bytes of length encoding are the same in both.
    expect(gas(4000) - gas(3000)).toBe(800n);
  });

  it.each<[string, ReturnType<typeof storeMsg>, number, string, string]>([
    ["empty code", storeMsg(new Uint8Array(0)), 18, "sdk", "code bytes is required"],
    ["a source without https", storeMsg(WASM, { source: "http://x.y" }), 18, "sdk", "source"],
    ["a relative source", storeMsg(WASM, { source: "x" }), 18, "sdk", "source"],
    ["a bad builder", storeMsg(WASM, { builder: "-bad" }), 18, "sdk", "builder invalid"],
    ["damaged gzip", storeMsg(Uint8Array.of(0x1f, 0x8b, 8, 1)), 15, "compute", "create contract failed"],
    ["a gzip bomb", storeMsg(gzipSync(new Uint8Array(3_000_000))), 31, "compute", "max contract size exceeded"],
  ])("refuses %s", (_name, msg, code, codespace, log) => {
    const result = new TestNetwork().deliver(a, [msg], { gas: 50_000_000n });
    expect(result).toMatchObject({ code, codespace });
    expect(result.log).toContain(log);
  });

  it("accepts a good source and builder", () => {
    const extra = { source: "https://a.b/c", builder: "aa/bb:1" };
    expect(new TestNetwork().deliver(a, [storeMsg(WASM, extra)], { gas: 5_000_000n }).log).toBe("");
  });

  it("prints the checker's text and keeps the id when validation fails", () => {
    let refuse = true;
    const codeChecker = {
      check() {
        if (refuse) throw new LocalError("WASM", "Error during static Wasm validation: too big");
        return { requiredFeatures: [], ibcEnabled: false };
      },
    };
    const network = new TestNetwork({ app: { codeChecker } });
    const result = network.deliver(a, [storeMsg()], { gas: 5_000_000n });
    expect(result).toMatchObject({
      code: 15,
      codespace: "compute",
      log: "failed to execute message; message index: 0: Error during static Wasm validation: too big: create contract failed",
    });
    refuse = false;
    expect(network.deliver(a, [storeMsg()], { gas: 5_000_000n }).events.at(-1)?.attributes[0]?.value).toBe("1");
  });
});

describe("MsgInstantiateContract", () => {
  it("asks the enclave with the message's position and records the contract", () => {
    const network = withCode();
    network.enclave.script.push(() =>
      instantiated({ data: utf8ToBytes("data"), attributes: [{ key: "k", value: "v" }] }),
    );
    const result = network.deliver(a, [initMsg({ admin: b.text })]);
    expect(result.log).toBe("");
    expect(network.enclave.callsOf("instantiate")).toEqual([
      {
        origin: { txIndex: 0, msgIndex: 0, callback: undefined, accountNumber: 0n, transactionIndex: 0 },
        contractAddress: FIRST,
        codeHash: primitives.sha256(WASM),
        gasLimit: expect.any(BigInt),
      },
    ]);
    expect(messageEvents(result)).toEqual([
      `message{action=/secret.compute.v1beta1.MsgInstantiateContract,sender=${a.text},msg_index=0}`,
      `instantiate{contract_address=${FIRST_TEXT},code_id=1,msg_index=0}`,
      `wasm{contract_address=${FIRST_TEXT},k=v,msg_index=0}`,
      `message{module=compute,sender=${a.text},contract_address=${FIRST_TEXT},msg_index=0}`,
    ]);
    const [packed] = decode(cosmosBaseAbci.TxMsgDataSchema, result.data).msgResponses;
    expect(decode(c.MsgInstantiateContractResponseSchema, packed?.value as Uint8Array)).toMatchObject({
      address: FIRST_TEXT,
      data: utf8ToBytes("data"),
    });
    const info = network.query(
      `${SERVICE}ContractInfo`,
      c.QueryByContractAddressRequestSchema,
      { contractAddress: FIRST_TEXT },
      c.QueryContractInfoResponseSchema,
    );
    expect(info.contractInfo).toMatchObject({ codeId: 1n, creator: a.address, label: "one", admin: b.text });
    expect(info.contractInfo?.adminProof).toHaveLength(0);
    expect(info.contractInfo?.created).toMatchObject({ blockHeight: 2n, txIndex: 0n });
    expect(network.account(FIRST_TEXT)).toMatchObject({ sequence: 0n });
  });

  it("emits no instantiate event for a v0.10 contract", () => {
    const network = withCode();
    network.enclave.script.push(() => instantiated({ apiVersion: 0 }));
    expect(messageEvents(network.deliver(a, [initMsg()])).map((text) => text.split("{")[0])).toEqual([
      "message",
      "wasm",
      "message",
    ]);
  });

  it("moves the funds before the call", () => {
    const network = withCode();
    let seen = -1n;
    network.enclave.script.push(() => {
      seen = 5n;
      return instantiated();
    });
    const result = network.deliver(a, [initMsg({ initFunds: [{ denom: "uscrt", amount: "5" }] })]);
    expect(result.log).toBe("");
    expect(seen).toBe(5n);
    expect(balanceOf(network, FIRST_TEXT)).toBe(5n);
    expect(
      messageEvents(result)
        .slice(1, 4)
        .map((text) => text.split("{")[0]),
    ).toEqual(["coin_spent", "coin_received", "transfer"]);
  });

  it.each<[string, object, number, string, string]>([
    ["an unknown code", { codeId: 9n }, 9, "compute", "message index: 0: code: not found"],
    ["code id 0", { codeId: 0n }, 18, "sdk", "code_id is required: invalid request"],
    ["no label", { label: "" }, 11, "compute", "is required: empty"],
    ["a long label", { label: "x".repeat(513) }, 12, "compute", "cannot be longer than 128 characters: exceeds limit"],
    ["a bad admin", { admin: "x" }, 7, "sdk", "x: invalid address"],
    ["bad funds", { initFunds: [{ denom: "uscrt", amount: "0" }] }, 10, "sdk", "invalid coins"],
    [
      "more funds than there are",
      { initFunds: [{ denom: "uscrt", amount: `${FUNDS}` }] },
      5,
      "sdk",
      "insufficient funds",
    ],
  ])("refuses %s", (_name, extra, code, codespace, log) => {
    const result = withCode().deliver(a, [initMsg(extra)]);
    expect(result).toMatchObject({ code, codespace });
    expect(result.log).toContain(log);
  });

  it("accepts a label of 512 bytes and refuses one that is taken, for ever", () => {
    const network = withContract({ label: "x".repeat(512) });
    const result = network.deliver(a, [initMsg({ label: "x".repeat(512) })]);
    expect(result).toMatchObject({ code: 6, codespace: "compute" });
    expect(result.log).toContain(`${"x".repeat(512)}: contract account already exists`);
    expect(network.deliver(a, [initMsg({ label: "other" })]).code).toBe(0);
  });

  it("prints the contract's encrypted error with its suffix and takes everything back", () => {
    const network = withCode();
    network.enclave.script.push(() =>
      instantiated({ error: "Q0lQSEVS", writes: [{ key: Uint8Array.of(1), value: Uint8Array.of(2) }] }),
    );
    const failed = network.deliver(a, [initMsg({ initFunds: [{ denom: "uscrt", amount: "5" }] })]);
    expect(failed).toMatchObject({
      code: 2,
      codespace: "compute",
      log: "failed to execute message; message index: 0: encrypted: Q0lQSEVS: instantiate contract failed",
    });
    expect(balanceOf(network, FIRST_TEXT)).toBe(0n);
    // The instance number was taken back too.
    network.deliver(a, [initMsg()]);
    expect(network.enclave.callsOf("instantiate").map(({ contractAddress: address }) => toHex(address))).toEqual([
      toHex(FIRST),
      toHex(FIRST),
    ]);
  });
});

describe("MsgExecuteContract", () => {
  it("asks the enclave with the contract's key, announces itself first and answers with the data", () => {
    const network = withContract();
    network.enclave.script.push(() =>
      executed({
        data: Uint8Array.of(9),
        attributes: [
          { key: "contract_address", value: "dropped" },
          { key: "", value: "" },
        ],
        events: [{ type: " custom ", attributes: [{ key: " k ", value: " v " }] }],
      }),
    );
    const result = network.deliver(a, [execMsg({ sentFunds: [{ denom: "uscrt", amount: "3" }] })]);
    expect(network.enclave.callsOf("execute")).toEqual([
      {
        origin: { txIndex: 0, msgIndex: 0, callback: undefined, accountNumber: 0n, transactionIndex: 0 },
        codeHash: primitives.sha256(WASM),
        contractKey: { og: Uint8Array.from({ length: 64 }, (_, i) => i), current: undefined, proof: undefined },
        gasLimit: expect.any(BigInt),
      },
    ]);
    expect(messageEvents(result)).toEqual([
      `message{action=/secret.compute.v1beta1.MsgExecuteContract,sender=${a.text},msg_index=0}`,
      `message{module=compute,sender=${a.text},contract_address=${FIRST_TEXT},msg_index=0}`,
      `coin_spent{spender=${a.text},amount=3uscrt,msg_index=0}`,
      `coin_received{receiver=${FIRST_TEXT},amount=3uscrt,msg_index=0}`,
      `transfer{recipient=${FIRST_TEXT},sender=${a.text},amount=3uscrt,msg_index=0}`,
      `message{sender=${a.text},msg_index=0}`,
      `execute{contract_address=${FIRST_TEXT},msg_index=0}`,
      `wasm{contract_address=${FIRST_TEXT},=,msg_index=0}`,
      `wasm-custom{contract_address=${FIRST_TEXT},k=v,msg_index=0}`,
    ]);
    const [packed] = decode(cosmosBaseAbci.TxMsgDataSchema, result.data).msgResponses;
    expect(decode(c.MsgExecuteContractResponseSchema, packed?.value as Uint8Array).data).toEqual(Uint8Array.of(9));
  });

  it("numbers transactions in their block, restarting each block, and messages in their transaction", () => {
    const network = withContract();
    const txs = [
      network.tx(a, [execMsg(), execMsg()]),
      network.tx(b, [
        message(c.MsgExecuteContractSchema, { sender: b.address, contract: FIRST, msg: Uint8Array.of(2) }),
      ]),
    ];
    network.block(txs);
    network.deliver(a, [execMsg()]);
    const origins = network.enclave.callsOf("execute").map(({ origin }) => origin);
    expect(
      origins.map(({ txIndex, msgIndex, transactionIndex, accountNumber }) => [
        txIndex,
        msgIndex,
        transactionIndex,
        accountNumber,
      ]),
    ).toEqual([
      [0, 0, 0, 0n],
      [0, 1, 0, 0n],
      [1, 0, 1, 1n],
      [0, 0, 0, 0n],
    ]);
  });

  it("hides cw20 coins from the bank and refuses blocked senders", () => {
    const network = withContract();
    expect(network.deliver(a, [execMsg({ sentFunds: [{ denom: "cw20:abc", amount: "3" }] })]).log).toBe("");
    expect(network.deliver(a, [execMsg({ sentFunds: [{ denom: "uother", amount: "3" }] })]).code).toBe(5);
  });

  it.each<[string, () => unknown, number, string]>([
    ["a contract's error", () => executed({ error: "WFla" }), 3, "encrypted: WFla: execute contract failed"],
    [
      "a panic",
      () => fail("ContractPanic"),
      3,
      "Execution error: Enclave: the contract panicked: execute contract failed",
    ],
    [
      "a refused message",
      () => fail("ValidationFailure"),
      3,
      "Execution error: Enclave: failed to validate transaction: execute contract failed",
    ],
    [
      "a refused position",
      () => fail("PositionRejected"),
      3,
      "Execution error: Enclave: message position is not acceptable: execute contract failed",
    ],
    [
      "a short event type",
      () => executed({ events: [{ type: "ab", attributes: [] }] }),
      21,
      "Event type too short: 'ab': invalid event",
    ],
    [
      "an empty event key",
      () => executed({ events: [{ type: "abc", attributes: [{ key: " ", value: "v" }] }] }),
      21,
      "Empty attribute key. Value: v: invalid event",
    ],
    [
      "an empty event value",
      () => executed({ events: [{ type: "abc", attributes: [{ key: "k", value: "" }] }] }),
      21,
      "Empty attribute value. Key: k: invalid event",
    ],
    [
      "a reserved event key",
      () => executed({ events: [{ type: "abc", attributes: [{ key: "_k", value: "v" }] }] }),
      21,
      "Attribute key starts with reserved prefix _: '_k': invalid event",
    ],
  ])("fails the transaction on %s", (_name, script, code, log) => {
    const network = withContract();
    network.enclave.script.push(script);
    expect(network.deliver(a, [execMsg()])).toMatchObject({
      code,
      codespace: "compute",
      log: `failed to execute message; message index: 0: ${log}`,
    });
  });

  it("refuses an unknown contract", () => {
    const result = withContract().deliver(a, [execMsg({ contract: b.address })]);
    expect(result).toMatchObject({ code: 9, log: "failed to execute message; message index: 0: contract: not found" });
  });

  it.each(["NotReady", "OutputDiffers", "SealingFailed", "HostMisbehavior"] as const)(
    "stops the block on %s",
    (status) => {
      const network = withContract();
      network.enclave.script.push(() => fail(status));
      expect(() => network.finalize([network.tx(a, [execMsg()])])).toThrow(EnclaveError);
    },
  );

  it("stops the block when the wasm is missing, and answers when it is there", () => {
    const network = withContract();
    network.enclave.script.push((_call, handlers) => {
      expect(handlers.readCode({ codeHash: primitives.sha256(WASM) }).wasm).toEqual(WASM);
      handlers.readCode({ codeHash: new Uint8Array(32) });
    });
    expect(() => network.finalize([network.tx(a, [execMsg()])])).toThrow(LocalError);
  });

  it("does not take a user's callback signature for a callback", () => {
    const network = withContract();
    network.deliver(a, [execMsg({ callbackSig: Uint8Array.of(1) })]);
    expect(network.enclave.callsOf("execute")[0]?.origin.callback).toBeUndefined();
  });

  it("reports the block gas before the transaction as its position", () => {
    const network = withCode();
    const txs = [network.tx(a, [initMsg({ label: "x" })]), network.tx(a, [initMsg({ label: "y" })])];
    const { txResults } = network.block(txs);
    const history = network.query(
      `${SERVICE}ContractHistory`,
      c.QueryContractHistoryRequestSchema,
      { contractAddress: formatAddress(contractAddress(primitives, 1n, 2n, a.address)) },
      c.QueryContractHistoryResponseSchema,
    );
    expect(history.entries).toHaveLength(1);
    expect(history.entries[0]).toMatchObject({ codeId: 1n, msg: Uint8Array.of(1) });
    expect(history.entries[0]?.updated?.txIndex).toBe(txResults[0]?.gasUsed);
  });
});

function fail(status: ConstructorParameters<typeof EnclaveError>[0]): never {
  throw new EnclaveError(status, { usedGas: 5_000n });
}

describe("gas", () => {
  const base = (() => {
    const network = withContract();
    network.enclave.script.push(() => executed({ usedGas: 0n }));
    return network.deliver(a, [execMsg()]).gasUsed;
  })();

  const used = (script: () => unknown, gas = 200_000n) => {
    const network = withContract();
    network.enclave.script.push(script);
    return network.deliver(a, [execMsg()], { gas });
  };

  it.each([
    [0n, 0n],
    [999n, 0n],
    [1_000n, 1n],
    [1_999n, 1n],
    [50_000_000n, 50_000n],
  ])("charges %s wasm gas as %s more than nothing", (wasmGas, extra) => {
    expect(used(() => executed({ usedGas: wasmGas })).gasUsed - base).toBe(extra);
  });

  it("charges what a failed call used", () => {
    expect(used(() => fail("ContractPanic")).gasUsed - base).toBe(5n);
  });

  it("grants the enclave what is left, times 1000, at most 10^10", () => {
    const network = withContract();
    network.deliver(a, [execMsg()], { gas: 100_000n });
    network.deliver(a, [execMsg()], { gas: 20_000_000n });
    const [small, large] = network.enclave.callsOf("execute").map(({ gasLimit }) => gasLimit);
    expect(small).toBeLessThan(80_000_000n);
    expect((small as bigint) % 1000n).toBe(0n);
    expect(large).toBe(10_000_000_000n);
  });

  it("is out of gas when the limit is reached exactly", () => {
    // The same size of transaction at every limit, so that the size costs the same.
    const fee = [{ denom: "uscrt", amount: "3000" }];
    const attempt = (gas: bigint) => {
      const network = withContract();
      network.enclave.script.push(() => executed({ usedGas: 100_000n }));
      return network.deliver(a, [execMsg()], { gas, fee });
    };
    const exactly = attempt(90_000n).gasUsed;
    const result = attempt(exactly);
    expect(result).toMatchObject({ code: 11, codespace: "sdk", gasUsed: exactly });
    expect(result.log).toBe(
      `out of gas in location: Wasmer function execution; gasWanted: ${exactly}, gasUsed: ${exactly}: out of gas`,
    );
    expect(attempt(exactly + 1n).code).toBe(0);
  });

  it("charges the flush like any store: deletes, then sets in the given order", () => {
    const key = new Uint8Array(10).fill(1);
    const result = used(() =>
      executed({ usedGas: 0n, legacyDeletes: [key], writes: [{ key, value: new Uint8Array(7) }] }),
    );
    // 100 for the delete; 200 flat and 5 per byte of 1 + 20 + 10 key bytes and 7 value bytes.
    expect(result.gasUsed - base).toBe(100n + 200n + 5n * (31n + 7n));
  });

  it("reports running out of gas in the flush as the call's own", () => {
    const value = new Uint8Array(100_000);
    const result = used(() => executed({ writes: [{ key: Uint8Array.of(1), value }] }));
    expect(result.code).toBe(11);
    expect(result.log).toContain("out of gas in location: wasm contract;");
  });

  it("charges reads on the caller's meter and tells the enclave how much", () => {
    const network = withContract();
    const key = new Uint8Array(32).fill(1);
    const legacyKey = new Uint8Array(32).fill(2);
    network.enclave.script.push(() => executed({ writes: [{ key, value: new Uint8Array(5).fill(3) }] }));
    network.deliver(a, [execMsg()]);
    network.enclave.script.push((_call, handlers) => {
      expect(handlers.readState({ key, legacyKey })).toEqual({
        value: new Uint8Array(5).fill(3),
        legacyValue: undefined,
        sdkGas: 100n + 53n + 5n,
      });
      expect(handlers.readState({ key: legacyKey, legacyKey: key })).toEqual({
        value: undefined,
        legacyValue: new Uint8Array(5).fill(3),
        sdkGas: 200n + 53n + 53n + 5n,
      });
      expect(handlers.removeState({ key, legacyKey })).toEqual({ sdkGas: 200n });
      expect(handlers.readState({ key, legacyKey }).value).toBeUndefined();
      return executed({ usedGas: 0n });
    });
    expect(network.deliver(a, [execMsg()]).gasUsed - base).toBe(158n + 311n + 200n + 306n);
  });

  it("ends a call whose read runs out of gas as out of gas", () => {
    const result = used(() => executed(), 30_000n);
    expect(result.code).toBe(11);
    const network = withContract();
    network.enclave.script.push((_call, handlers) => {
      for (;;) handlers.readState({ key: Uint8Array.of(1), legacyKey: Uint8Array.of(2) });
    });
    const endless = network.deliver(a, [execMsg()]);
    expect(endless).toMatchObject({ code: 11, codespace: "sdk" });
    expect(endless.log).toContain("out of gas in location: wasm contract; gasWanted: 200000");
  });
});

describe("queries", () => {
  const bytesQuery = (network: TestNetwork, query: Uint8Array, contract = FIRST_TEXT) =>
    network.rawQuery(
      `${SERVICE}QuerySecretContract`,
      encode(
        c.QuerySecretContractRequestSchema,
        create(c.QuerySecretContractRequestSchema, { contractAddress: contract, query }),
      ),
    );

  it("asks the enclave at the last block with the query's gas limit", () => {
    const network = withContract();
    network.enclave.script.push(() => ({ usedGas: 0n, error: undefined, data: Uint8Array.of(4) }));
    const answer = bytesQuery(network, Uint8Array.of(1, 2));
    expect(decode(c.QuerySecretContractResponseSchema, answer.value).data).toEqual(Uint8Array.of(4));
    expect(network.enclave.callsOf("query")[0]).toMatchObject({
      contractAddress: FIRST,
      query: Uint8Array.of(1, 2),
      height: 2n,
      timeNs: 1_700_000_010_123_456_789n,
      depth: 1,
    });
    expect(network.enclave.callsOf("query")[0]?.gasLimit).toBeGreaterThan(9_970_000_000n);
  });

  it.each<[string, () => unknown, string]>([
    [
      "an encrypted error",
      () => ({ usedGas: 0n, error: "WFla", data: undefined }),
      "codespace compute code 4: query contract failed: encrypted: WFla",
    ],
    [
      "a panic",
      () => fail("ContractPanic"),
      "codespace compute code 4: query contract failed: Execution error: Enclave: the contract panicked",
    ],
    ["an enclave without keys", () => fail("NotReady"), "the enclave holds no keys of this network"],
  ])("answers %s in both forms and lives on", (_name, script, text) => {
    const network = withContract();
    network.enclave.script.push(script);
    const answer = bytesQuery(network, Uint8Array.of(1));
    expect(answer.code).toBe(6);
    expect(answer.grpcStatus).toEqual({ code: 2, message: text });
    expect(bytesQuery(network, Uint8Array.of(1)).code).toBe(0);
  });

  it("has the ABCI form of an encrypted error that clients parse", () => {
    const network = withContract();
    network.enclave.script.push(() => ({ usedGas: 0n, error: "WFla", data: undefined }));
    expect(bytesQuery(network, Uint8Array.of(1)).log).toBe("encrypted: WFla: query contract failed: unknown request");
  });

  it("stops a query at its gas limit", () => {
    const network = withContract();
    network.enclave.script.push(() => ({ usedGas: 10_000_000_000n, error: undefined, data: Uint8Array.of(4) }));
    expect(bytesQuery(network, Uint8Array.of(1))).toMatchObject({ code: 6, codespace: "sdk" });
  });

  it("shows codes, hashes, labels and their errors", () => {
    const network = withContract();
    const hash = toHex(primitives.sha256(WASM));
    const byAddress = c.QueryByContractAddressRequestSchema;
    const ask = { contractAddress: FIRST_TEXT };
    expect(
      network.query(`${SERVICE}CodeHashByContractAddress`, byAddress, ask, c.QueryCodeHashResponseSchema).codeHash,
    ).toBe(hash);
    expect(
      network.query(
        `${SERVICE}CodeHashByCodeId`,
        c.QueryByCodeIdRequestSchema,
        { codeId: 1n },
        c.QueryCodeHashResponseSchema,
      ).codeHash,
    ).toBe(hash);
    expect(network.query(`${SERVICE}LabelByAddress`, byAddress, ask, c.QueryContractLabelResponseSchema).label).toBe(
      "one",
    );
    expect(
      network.query(
        `${SERVICE}AddressByLabel`,
        c.QueryByLabelRequestSchema,
        { label: "one" },
        c.QueryContractAddressResponseSchema,
      ).contractAddress,
    ).toBe(FIRST_TEXT);
    const code = network.query(
      `${SERVICE}Code`,
      c.QueryByCodeIdRequestSchema,
      { codeId: 1n },
      c.QueryCodeResponseSchema,
    );
    expect(code).toMatchObject({ wasm: WASM, codeInfo: { codeId: 1n, creator: a.text, codeHash: hash } });
    const contracts = network.query(
      `${SERVICE}ContractsByCodeId`,
      c.QueryByCodeIdRequestSchema,
      { codeId: 1n },
      c.QueryContractsByCodeIdResponseSchema,
    );
    expect(contracts.contractInfos).toMatchObject([{ contractAddress: FIRST_TEXT, contractInfo: { label: "one" } }]);
    expect(contracts.contractInfos[0]?.contractInfo?.created).toBeUndefined();
    const params = network.query(`${SERVICE}Params`, c.ParamsRequestSchema, {}, c.ParamsResponseSchema);
    expect(params.params).toMatchObject({ compileCost: "800000000000000000", maxContractSize: 2_097_152n });
  });

  it.each<[string, Uint8Array, number, string, string]>([
    [
      "ContractInfo",
      encode(
        c.QueryByContractAddressRequestSchema,
        create(c.QueryByContractAddressRequestSchema, { contractAddress: b.text }),
      ),
      2,
      "codespace compute code 9: not found",
      "not found: unknown request",
    ],
    [
      "CodeHashByCodeId",
      Uint8Array.of(8, 99),
      2,
      "failed to get code info for code id 99",
      "failed to get code info for code id 99: unknown request",
    ],
    [
      "AddressByLabel",
      Uint8Array.of(10, 1, 120),
      2,
      "codespace sdk code 9: unknown address: x",
      "x: unknown address: unknown request",
    ],
    ["Code", new Uint8Array(0), 2, "codespace compute code 13: invalid: code id", "code id: invalid: unknown request"],
    [
      "AuthorizedMigration",
      new Uint8Array(0),
      5,
      "no authorized migration found for the given contract address",
      "rpc error: code = NotFound desc = no authorized migration found for the given contract address: key not found",
    ],
  ])("%s fails in both forms", (method, data, code, grpc, log) => {
    expect(withContract().rawQuery(`${SERVICE}${method}`, data)).toMatchObject({
      log,
      grpcStatus: { code, message: grpc },
    });
  });

  it("answers an unknown contract's history with nothing", () => {
    const history = withCode().query(
      `${SERVICE}ContractHistory`,
      c.QueryContractHistoryRequestSchema,
      { contractAddress: b.text },
      c.QueryContractHistoryResponseSchema,
    );
    expect(history.entries).toEqual([]);
  });
});
