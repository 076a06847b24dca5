/**
 * Messages and queries that contracts emit, over a scripted enclave. Spec 03 §4.5–4.7, §3.2, §3.4.
 * @module
 */
import { contractAddress, formatAddress, moduleAddress } from "@enclavenet/chain";
import { bytesToUtf8, fromBase64, toBase64, utf8ToBytes } from "@enclavenet/common";
import { EnclaveError, ReplyOn, type SubMessage } from "@enclavenet/enclave-api";
import { secretCompute as c, cosmosBank, create, decode, encode } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { message, primitives, testAccount } from "./support/accounts.ts";
import { executed, instantiated, type Script } from "./support/fake-enclave.ts";
import { balanceOf, FUNDS, shown, TestNetwork } from "./support/network.ts";

const [a, b] = [testAccount(1), testAccount(2)];
const FIRST = contractAddress(primitives, 1n, 1n, a.address);
const SECOND = contractAddress(primitives, 1n, 2n, a.address);
const [first, second] = [formatAddress(FIRST), formatAddress(SECOND)];
const execMsg = message(c.MsgExecuteContractSchema, { sender: a.address, contract: FIRST, msg: Uint8Array.of(2) });

function sub(json: object, overrides: Partial<SubMessage> = {}): SubMessage {
  return {
    id: 0n,
    message: JSON.stringify(json),
    gasLimit: undefined,
    replyOn: ReplyOn.never,
    wasMsgEncrypted: true,
    ...overrides,
  };
}

const coins = (amount: number | string, denom = "uscrt") => [{ denom, amount: `${amount}` }];
const bankSend = (amount: number | string, to = b.text) => ({
  bank: { send: { to_address: to, amount: coins(amount) } },
});
const wasmExecute = (contract: string, extra: object = {}) => ({
  wasm: {
    execute: { contract_addr: contract, code_hash: "", msg: "AQ==", send: [], callback_sig: [1, 2, 255], ...extra },
  },
});

/** Two contracts, the first with 1000uscrt. */
function network(): TestNetwork {
  const chain = new TestNetwork();
  const store = message(c.MsgStoreCodeSchema, { sender: a.address, wasmByteCode: Uint8Array.of(0, 0x61, 0x73, 0x6d) });
  const init = (label: string, amount: number) =>
    message(c.MsgInstantiateContractSchema, {
      sender: a.address,
      codeId: 1n,
      label,
      initMsg: Uint8Array.of(1),
      initFunds: amount > 0 ? coins(amount) : [],
    });
  chain.deliver(a, [store, init("one", 1000), init("two", 0)], { gas: 5_000_000n });
  return chain;
}

function run(chain: TestNetwork, ...scripts: Script[]) {
  chain.enclave.script.push(...scripts);
  return chain.deliver(a, [execMsg], { gas: 900_000n });
}

const emitting =
  (...messages: SubMessage[]): Script =>
  () =>
    executed({ messages });
const eventNames = (result: Parameters<typeof shown>[0]) =>
  shown(result)
    .slice(7)
    .map((text) => text.split("{")[0]);

describe("bank messages", () => {
  it("move the contract's coins; their message events are stripped", () => {
    const chain = network();
    const result = run(chain, emitting(sub(bankSend(7))));
    expect(result.log).toBe("");
    expect(balanceOf(chain, first)).toBe(993n);
    expect(shown(result).slice(9)).toEqual([
      `execute{contract_address=${first},msg_index=0}`,
      `wasm{contract_address=${first},msg_index=0}`,
      `coin_spent{spender=${first},amount=7uscrt,msg_index=0}`,
      `coin_received{receiver=${b.text},amount=7uscrt,msg_index=0}`,
      `transfer{recipient=${b.text},sender=${first},amount=7uscrt,msg_index=0}`,
    ]);
  });

  it.each<[string, object, number, string, string]>([
    [
      "more than there is",
      bankSend(1001),
      5,
      "sdk",
      "dispatch: submessages: spendable balance 999uscrt is smaller than 1001uscrt: insufficient funds",
    ],
    ["nothing of a coin", bankSend(0), 10, "sdk", "dispatch: submessages: 0uscrt: invalid coins"],
    [
      "to no address",
      bankSend(1, "secret1garbage"),
      7,
      "sdk",
      "dispatch: submessages: secret1garbage: invalid address",
    ],
    [
      "a burn",
      { bank: { burn: { amount: coins(1) } } },
      10,
      "compute",
      "dispatch: submessages: Unknown variant of Bank: invalid CosmosMsg from the contract",
    ],
    [
      "a custom message",
      { custom: {} },
      10,
      "compute",
      "dispatch: submessages: Custom variant not supported: invalid CosmosMsg from the contract",
    ],
    [
      "an unknown variant",
      { nothing: { at: {} } },
      10,
      "compute",
      "dispatch: submessages: Unknown variant of nothing: invalid CosmosMsg from the contract",
    ],
    ["an inherited property", { constructor: { name: {} } }, 10, "compute", "Unknown variant of constructor"],
    [
      "staking",
      { staking: { delegate: { validator: "x", amount: {} } } },
      6,
      "sdk",
      "dispatch: submessages: no message handler found for *types.MsgDelegate: unknown request",
    ],
    [
      "an unknown stargate type",
      { stargate: { type_url: "/foo.Bar", value: "" } },
      10,
      "compute",
      "Cannot unpack proto message with type URL: /foo.Bar",
    ],
    [
      "a wrong type",
      { bank: { send: { to_address: 5, amount: [] } } },
      10,
      "compute",
      "invalid CosmosMsg from the contract",
    ],
  ])("fail the call: %s", (_name, json, code, codespace, log) => {
    const chain = network();
    const result = run(chain, emitting(sub(bankSend(1)), sub(json)));
    expect(result).toMatchObject({ code, codespace });
    expect(result.log).toContain(log);
    expect(balanceOf(chain, first)).toBe(1000n);
  });

  it("obey the list of blocked receivers", () => {
    const chain = network();
    const account = (name: string) => formatAddress(moduleAddress(primitives, name));
    expect(run(chain, emitting(sub(bankSend(1, account("distribution"))))).log).toBe("");
    expect(run(chain, emitting(sub(bankSend(1, account("mint")))))).toMatchObject({ code: 4, codespace: "sdk" });
  });

  it("without coins are no message at all", () => {
    expect(run(network(), emitting(sub({ bank: { send: { to_address: b.text, amount: [] } } }))).log).toBe("");
  });

  it("of v0.10 name the sender, who must be the contract", () => {
    const v010 = (from: string) => ({ bank: { send: { from_address: from, to_address: b.text, amount: coins(1) } } });
    const emit =
      (json: object): Script =>
      () =>
        executed({ apiVersion: 0, messages: [sub(json)] });
    expect(run(network(), emit(v010(first))).log).toBe("");
    expect(run(network(), emit(v010(a.text))).log).toContain(
      "couldn't convert v0.10 messages to v1 messages: contract doesn't have permission to send funds from another account (using BankMsg)",
    );
    expect(run(network(), emit({ wasm: { clear_admin: {} } })).log).toContain("exactly one message type is supported");
  });

  it("of v0.10 are all converted before the first of them runs", () => {
    const v010 = { bank: { send: { from_address: first, to_address: b.text, amount: coins(1) } } };
    const result = run(network(), () => executed({ apiVersion: 0, messages: [sub(v010), sub({ custom: {} })] }));
    expect(result.code).toBe(10);
  });

  it("may come as stargate messages, if the contract is their signer", () => {
    const bytes = (from: string) =>
      toBase64(
        encode(
          cosmosBank.MsgSendSchema,
          create(cosmosBank.MsgSendSchema, { fromAddress: from, toAddress: b.text, amount: coins(3) }),
        ),
      );
    const stargate = (from: string) => ({ stargate: { type_url: "/cosmos.bank.v1beta1.MsgSend", value: bytes(from) } });
    const chain = network();
    expect(run(chain, emitting(sub(stargate(first)))).log).toBe("");
    expect(balanceOf(chain, first)).toBe(997n);
    expect(run(network(), emitting(sub(stargate(a.text))))).toMatchObject({
      code: 4,
      log: expect.stringContaining("contract doesn't have permission: unauthorized") as string,
    });
  });
});

describe("wasm messages", () => {
  it("go to the enclave as callbacks of the same position, one deeper, with the bytes that the chain made", () => {
    const chain = network();
    const result = run(chain, emitting(sub(wasmExecute(second, { send: coins(5) }))), () =>
      executed({
        attributes: [
          { key: "z", value: "1" },
          { key: "a", value: "2" },
        ],
      }),
    );
    expect(result.log).toBe("");
    const [, inner] = chain.enclave.callsOf("execute");
    expect(inner?.origin).toMatchObject({ txIndex: 0, msgIndex: 0, transactionIndex: 1, accountNumber: 0n });
    expect(inner?.origin.callback?.typeUrl).toBe("/secret.compute.v1beta1.MsgExecuteContract");
    expect(decode(c.MsgExecuteContractSchema, inner?.origin.callback?.value as Uint8Array)).toMatchObject({
      sender: FIRST,
      contract: SECOND,
      msg: Uint8Array.of(1),
      callbackCodeHash: "",
      callbackSig: Uint8Array.of(1, 2, 255),
      sentFunds: [{ denom: "uscrt", amount: "5" }],
    });
    expect(balanceOf(chain, second)).toBe(5n);
  });

  it("show their events with sorted attributes and without messages", () => {
    const result = run(network(), emitting(sub(wasmExecute(second))), () =>
      executed({
        attributes: [
          { key: "z", value: "1" },
          { key: "a", value: "2" },
        ],
      }),
    );
    expect(shown(result).slice(9)).toEqual([
      `execute{contract_address=${first},msg_index=0}`,
      `wasm{contract_address=${first},msg_index=0}`,
      `execute{contract_address=${second},msg_index=0}`,
      `wasm{a=2,contract_address=${second},z=1,msg_index=0}`,
    ]);
  });

  it("sort also what lies deeper, and leave the first level as it is", () => {
    const result = run(
      network(),
      () =>
        executed({
          attributes: [
            { key: "z", value: "1" },
            { key: "a", value: "2" },
          ],
          messages: [sub(wasmExecute(second))],
        }),
      emitting(sub(bankSend(1))),
    );
    // The second contract has no coins: its transfer fails and the nesting shows in the text.
    expect(result.log).toBe(
      "failed to execute message; message index: 0: dispatch: submessages: dispatch: submessages: spendable balance 0uscrt is smaller than 1uscrt: insufficient funds",
    );
    const good = run(
      network(),
      () =>
        executed({
          attributes: [
            { key: "z", value: "1" },
            { key: "a", value: "2" },
          ],
          messages: [sub(wasmExecute(second, { send: coins(1) }))],
        }),
      emitting(sub(bankSend(1))),
    );
    expect(shown(good)[10]).toBe(`wasm{contract_address=${first},z=1,a=2,msg_index=0}`);
    expect(shown(good).at(-1)).toBe(`transfer{amount=1uscrt,recipient=${b.text},sender=${second},msg_index=0}`);
  });

  it("instantiate: the contract is the creator and pays", () => {
    const chain = network();
    const init = {
      wasm: {
        instantiate: {
          admin: null,
          code_id: 1,
          code_hash: "",
          msg: "AQ==",
          send: coins(9),
          label: "three",
          callback_sig: [1],
        },
      },
    };
    const result = run(chain, emitting(sub(init)), () => instantiated());
    expect(result.log).toBe("");
    const third = contractAddress(primitives, 1n, 3n, FIRST);
    expect(chain.enclave.callsOf("instantiate").at(-1)?.contractAddress).toEqual(third);
    expect(balanceOf(chain, formatAddress(third))).toBe(9n);
    expect(eventNames(result)).toEqual([
      "message",
      "message",
      "execute",
      "wasm",
      "coin_spent",
      "coin_received",
      "transfer",
      "instantiate",
      "wasm",
    ]);
    expect(run(chain, emitting(sub(init)), () => instantiated())).toMatchObject({ code: 6, codespace: "compute" });
  });

  it("carry the callee's encrypted error with one prefix per level, and take its effects back", () => {
    const chain = network();
    const result = run(chain, emitting(sub(bankSend(1)), sub(wasmExecute(second, { send: coins(2) }))), () =>
      executed({ error: "WFla" }),
    );
    expect(result).toMatchObject({
      code: 3,
      codespace: "compute",
      log: "failed to execute message; message index: 0: dispatch: submessages: encrypted: WFla: execute contract failed",
    });
    expect(balanceOf(chain, first)).toBe(1000n);
  });

  it("run strictly in order", () => {
    const chain = network();
    const result = run(chain, emitting(sub(bankSend(1)), sub(wasmExecute(second)), sub(bankSend(2))));
    expect(eventNames(result)).toEqual([
      "message",
      "message",
      "execute",
      "wasm",
      "coin_spent",
      "coin_received",
      "transfer",
      "execute",
      "wasm",
      "coin_spent",
      "coin_received",
      "transfer",
    ]);
  });

  it("end at call depth 100, counted from the transaction's number in the block", () => {
    const deep = (levels: number) => {
      const chain = network();
      for (let i = 0; i < levels; i++) chain.enclave.script.push(emitting(sub(wasmExecute(first))));
      return chain.deliver(a, [execMsg], { gas: 20_000_000n });
    };
    expect(deep(99).log).toBe("");
    expect(deep(100)).toMatchObject({ code: 30, codespace: "compute" });
  });

  it("fail from the 101st transaction of a block on", () => {
    const chain = network();
    const txs = Array.from({ length: 101 }, () => chain.tx(a, [execMsg], { gas: 60_000n }));
    const codes = chain.block(txs).txResults.map(({ code }) => code);
    expect(codes.slice(0, 100)).toEqual(codes.slice(0, 100).map(() => 0));
    expect(codes[100]).toBe(30);
  });
});

describe("replies and markers", () => {
  it.each([
    ["always", ReplyOn.always, bankSend(1)],
    ["success", ReplyOn.success, bankSend(1)],
    ["error", ReplyOn.error, bankSend(0)],
  ])("refuse a wanted reply on %s with a typed error", (_name, replyOn, json) => {
    expect(run(network(), emitting(sub(json, { replyOn })))).toMatchObject({
      code: 19,
      codespace: "compute",
      log: "failed to execute message; message index: 0: dispatch: replies are not supported yet: reply to contract failed",
    });
  });

  it("pass where no reply is wanted after all", () => {
    expect(run(network(), emitting(sub(bankSend(1), { replyOn: ReplyOn.error }))).code).toBe(0);
    expect(run(network(), emitting(sub(bankSend(0), { replyOn: ReplyOn.success }))).code).toBe(10);
  });

  it("refuse an unknown reply_on", () => {
    expect(run(network(), emitting(sub(bankSend(1), { replyOn: 7 }))).code).toBe(13);
  });

  it("finalize_tx skips the rest of the response and refuses later messages of the transaction", () => {
    const chain = network();
    chain.enclave.script.push(emitting(sub(bankSend(1)), sub({ finalize_tx: {} }), sub(bankSend(2))));
    const one = chain.deliver(a, [execMsg], { gas: 900_000n });
    expect(one.log).toBe("");
    expect(balanceOf(chain, first)).toBe(999n);
    chain.enclave.script.push(emitting(sub({ finalize_tx: {} })));
    expect(chain.deliver(a, [execMsg, execMsg], { gas: 900_000n })).toMatchObject({
      code: 40404,
      codespace: "sdk",
      log: "message was attempted but last message was marked by a contract; message index: 1: Cannot send messages after last tx marker was set",
    });
    expect(chain.deliver(a, [execMsg], { gas: 900_000n }).code).toBe(0);
  });
});

describe("gas limits of sub-messages", () => {
  const limited = (gasLimit: bigint, ...scripts: Script[]) =>
    run(network(), emitting(sub(wasmExecute(second), { gasLimit })), ...scripts);

  it("charge what was spent when it was enough", () => {
    const free = run(network(), emitting(sub(wasmExecute(second))));
    expect(limited(100_000n).gasUsed).toBe(free.gasUsed);
  });

  it("charge the whole limit and fail when it was not", () => {
    const result = limited(25_000n, () => executed({ usedGas: 90_000_000n }));
    expect(result).toMatchObject({ code: 11, codespace: "sdk" });
    expect(result.log).toBe(
      "failed to execute message; message index: 0: dispatch: submessages: SubMsg hit gas limit: out of gas",
    );
  });

  it("do not count when they are above what is left", () => {
    const result = limited(10_000_000n, () => executed({ usedGas: 950_000_000n }));
    expect(result.log).toContain("out of gas in location: wasm contract");
  });
});

describe("queries of contracts", () => {
  const ask = (chain: TestNetwork, request: object, gasLimit = 500_000_000n, depth = 2) => {
    let answer: unknown;
    let sdkGas = -1n;
    const result = run(chain, (_call, handlers) => {
      const response = handlers.queryChain({ request: utf8ToBytes(JSON.stringify(request)), depth, gasLimit });
      answer = JSON.parse(bytesToUtf8(response.response));
      sdkGas = response.sdkGas;
      return executed({ usedGas: 0n });
    });
    return {
      answer,
      sdkGas,
      result,
      data: () => JSON.parse(bytesToUtf8(fromBase64((answer as { Ok: { Ok: string } }).Ok.Ok))) as unknown,
    };
  };

  it("read balances, and pay for them", () => {
    const balance = ask(network(), { bank: { balance: { address: b.text, denom: "uscrt" } } });
    expect(balance.data()).toEqual({ amount: { denom: "uscrt", amount: `${FUNDS}` } });
    expect(balance.sdkGas).toBeGreaterThan(0n);
    expect(ask(network(), { bank: { balance: { address: b.text, denom: "other" } } }).data()).toEqual({
      amount: { denom: "other", amount: "0" },
    });
    expect(ask(network(), { bank: { all_balances: { address: first } } }).data()).toEqual({ amount: coins(1000) });
    expect(ask(network(), { bank: { all_balances: { address: testAccount(60).text } } }).data()).toEqual({
      amount: [],
    });
  });

  it("read contract info and raw records", () => {
    expect(ask(network(), { wasm: { contract_info: { contract_addr: second } } }).data()).toEqual({
      code_id: 1,
      creator: a.text,
      pinned: false,
    });
    const chain = network();
    run(chain, () => executed({ writes: [{ key: Uint8Array.of(1), value: Uint8Array.of(2) }] }));
    const raw = (key: string) =>
      ask(chain, { wasm: { raw: { contract_addr: first, key, callback_code_hash: "" } } }).data();
    expect(raw("AQ==")).toEqual([{ Key: "01", Value: "Ag==" }]);
    expect(raw("AA==")).toEqual([]);
  });

  it("ask other contracts through the enclave again, one deeper and within what is left", () => {
    const chain = network();
    chain.enclave.script.push(
      (_call, handlers) => {
        const { response, sdkGas } = handlers.queryChain({
          request: utf8ToBytes(
            JSON.stringify({ wasm: { smart: { contract_addr: second, callback_code_hash: "", msg: "AQI=" } } }),
          ),
          depth: 2,
          gasLimit: 100_000_000n,
        });
        expect(bytesToUtf8(response)).toBe('{"Ok":{"Ok":"BQ=="}}');
        expect(sdkGas).toBeGreaterThan(20_000n);
        return executed({ usedGas: 0n });
      },
      () => ({ usedGas: 1_000_000n, error: undefined, data: Uint8Array.of(5) }),
    );
    expect(chain.deliver(a, [execMsg], { gas: 900_000n }).log).toBe("");
    const [query] = chain.enclave.callsOf("query");
    expect(query).toMatchObject({ contractAddress: SECOND, query: Uint8Array.of(1, 2), depth: 2 });
    expect(query?.gasLimit).toBeLessThan(80_000_000n);
  });

  it("pass an encrypted error of the callee in the form that the enclave opens", () => {
    const chain = network();
    chain.enclave.script.push(
      (_call, handlers) => {
        const request = utf8ToBytes(
          JSON.stringify({ wasm: { smart: { contract_addr: second, callback_code_hash: "", msg: "" } } }),
        );
        const { response } = handlers.queryChain({ request, depth: 2, gasLimit: 100_000_000n });
        expect(bytesToUtf8(response)).toBe(
          '{"Ok":{"Err":{"generic_err":{"msg":"encrypted: WFla: query contract failed"}}}}',
        );
        return executed();
      },
      () => ({ usedGas: 0n, error: "WFla", data: undefined }),
    );
    expect(chain.deliver(a, [execMsg], { gas: 900_000n }).log).toBe("");
  });

  it("call allowed gRPC methods and no others", () => {
    const data = toBase64(
      encode(
        cosmosBank.QueryBalanceRequestSchema,
        create(cosmosBank.QueryBalanceRequestSchema, { address: b.text, denom: "uscrt" }),
      ),
    );
    const { answer } = ask(network(), { stargate: { path: "/cosmos.bank.v1beta1.Query/Balance", data } });
    const { Ok } = (answer as { Ok: { Ok: string } }).Ok;
    expect(decode(cosmosBank.QueryBalanceResponseSchema, fromBase64(Ok)).balance?.amount).toBe(`${FUNDS}`);
    const path = "/cosmos.bank.v1beta1.Query/AllBalances";
    expect(ask(network(), { stargate: { path, data } }).answer).toEqual({
      Err: { unsupported_request: { kind: `query path '${path}' is not allowed from the contract` } },
    });
  });

  it.each<[string, object, unknown]>([
    ["custom queries", { custom: {} }, { Err: { unsupported_request: { kind: "custom" } } }],
    [
      "queries of modules that do not exist",
      { staking: { bonded_denom: {} } },
      { Err: { unsupported_request: { kind: "staking.bonded_denom" } } },
    ],
    [
      "a contract that does not exist",
      { wasm: { contract_info: { contract_addr: b.text } } },
      { Ok: { Err: { generic_err: { msg: "contract: not found" } } } },
    ],
    [
      "an address that is none",
      { bank: { all_balances: { address: "x" } } },
      { Ok: { Err: { generic_err: { msg: "x: invalid address" } } } },
    ],
  ])("answer %s without failing", (_name, request, expected) => {
    const { answer, result } = ask(network(), request);
    expect(answer).toEqual(expected);
    expect(result.code).toBe(0);
  });

  it("end the caller when they run out of gas, whatever the contract would do", () => {
    const chain = network();
    const asked = ask(chain, { bank: { all_balances: { address: b.text } } }, 50_000n);
    expect(asked.answer).toBeUndefined();
    expect(asked.result).toMatchObject({
      code: 3,
      log: expect.stringContaining("Out of gas: execute contract failed") as string,
    });
  });

  it("leave no trace in the state", () => {
    const chain = network();
    run(
      chain,
      (_call, handlers) => {
        const request = utf8ToBytes(
          JSON.stringify({ wasm: { smart: { contract_addr: second, callback_code_hash: "", msg: "" } } }),
        );
        handlers.queryChain({ request, depth: 2, gasLimit: 100_000_000n });
        return executed();
      },
      (_call, handlers) => {
        handlers.removeState({ key: Uint8Array.of(1), legacyKey: Uint8Array.of(2) });
        throw new EnclaveError("UnauthorizedWrite");
      },
    );
    expect(balanceOf(chain, first)).toBe(1000n);
  });
});
