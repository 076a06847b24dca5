/**
 * Transfers: events, fees, errors. Spec 04 §6.1–6.2, §6.5.
 * @module
 */
import { formatAddress, moduleAddress } from "@enclavenet/chain";
import { toBase64, toHex } from "@enclavenet/common";
import { cosmosBank } from "@enclavenet/proto";
import { TxMsgData } from "cosmjs-types/cosmos/base/abci/v1beta1/abci";
import { describe, expect, it } from "vitest";
import { message, primitives, testAccount } from "./support/accounts.ts";
import { appState, balanceOf, FUNDS, shown, TestNetwork } from "./support/network.ts";

const [a, b, c] = [testAccount(1), testAccount(2), testAccount(3)];
const feeCollector = formatAddress(moduleAddress(primitives, "fee_collector"));

const coins = (amount: bigint | number, denom = "uscrt") => [{ denom, amount: `${amount}` }];
const send = (amount: { denom: string; amount: string }[], to = b.text) =>
  message(cosmosBank.MsgSendSchema, { fromAddress: a.text, toAddress: to, amount });
const multi = (input: number, outputs: [string, number][]) =>
  message(cosmosBank.MsgMultiSendSchema, {
    inputs: [{ address: a.text, coins: coins(input) }],
    outputs: outputs.map(([address, amount]) => ({ address, coins: coins(amount) })),
  });

describe("MsgSend", () => {
  it("moves coins, charges the whole fee, and emits the events of the specification in order", () => {
    const network = new TestNetwork();
    const result = network.deliver(a, [send(coins(5))], { gas: 25_000n });
    expect(result).toMatchObject({ code: 0, codespace: "", log: "", gasWanted: 25_000n });
    expect(result.gasUsed).toBeLessThan(20_000n);
    expect(balanceOf(network, a.text)).toBe(FUNDS - 2500n - 5n);
    expect(balanceOf(network, b.text)).toBe(FUNDS + 5n);
    expect(balanceOf(network, feeCollector)).toBe(2500n);
    const signature = shown(result)[6];
    expect(signature).toMatch(/^tx\{signature=[A-Za-z0-9+/]{86}==\}$/);
    expect(shown(result)).toEqual([
      `coin_spent{spender=${a.text},amount=2500uscrt}`,
      `coin_received{receiver=${feeCollector},amount=2500uscrt}`,
      `transfer{recipient=${feeCollector},sender=${a.text},amount=2500uscrt}`,
      `message{sender=${a.text}}`,
      `tx{fee=2500uscrt,fee_payer=${a.text}}`,
      `tx{acc_seq=${a.text}/0}`,
      signature,
      `message{action=/cosmos.bank.v1beta1.MsgSend,sender=${a.text},module=bank,msg_index=0}`,
      `coin_spent{spender=${a.text},amount=5uscrt,msg_index=0}`,
      `coin_received{receiver=${b.text},amount=5uscrt,msg_index=0}`,
      `transfer{recipient=${b.text},sender=${a.text},amount=5uscrt,msg_index=0}`,
      `message{sender=${a.text},msg_index=0}`,
    ]);
    expect(result.events.every(({ attributes }) => attributes.every(({ index }) => index))).toBe(true);
    const decoded = TxMsgData.decode(result.data);
    expect(decoded.msgResponses.map(({ typeUrl }) => typeUrl)).toEqual(["/cosmos.bank.v1beta1.MsgSendResponse"]);
  });

  it("creates the account of a new receiver", () => {
    const network = new TestNetwork({ accounts: [a, b] });
    expect(network.deliver(a, [send(coins(5), c.text)]).code).toBe(0);
    // Two genesis accounts and the fee collector come before.
    expect(network.account(c.text)).toMatchObject({ accountNumber: 3n, sequence: 0n });
  });

  it("numbers the messages of a transaction in msg_index, always last", () => {
    const network = new TestNetwork();
    const result = network.deliver(a, [send(coins(1)), send(coins(2))]);
    const actions = result.events.filter(({ attributes }) => attributes[0]?.key === "action");
    expect(actions.map(({ attributes }) => attributes.at(-1))).toEqual([
      { key: "msg_index", value: "0", index: true },
      { key: "msg_index", value: "1", index: true },
    ]);
  });

  it.each([
    ["too many coins", send(coins(FUNDS * 2n)), 5, "sdk", "is smaller than 2000000000uscrt: insufficient funds"],
    [
      "an unknown denomination",
      send(coins(1, "uother")),
      5,
      "sdk",
      "spendable balance 0uother is smaller than 1uother",
    ],
    ["a zero amount", send(coins(0)), 10, "sdk", "failed to execute message; message index: 0: 0uscrt: invalid coins"],
    ["no coins", send([]), 10, "sdk", "failed to execute message; message index: 0: : invalid coins"],
    ["unsorted coins", send([...coins(1, "uscrt"), ...coins(1, "uatom")]), 10, "sdk", "1uscrt,1uatom: invalid coins"],
    ["a blocked receiver", send(coins(1), feeCollector), 4, "sdk", `${feeCollector} is not allowed to receive funds`],
    ["a bad receiver", send(coins(1), "secret1bad"), 7, "sdk", "invalid to address: decoding bech32 failed"],
  ])("refuses %s, keeps the ante events and the fee, and reverts the rest", (_name, msg, code, codespace, log) => {
    const network = new TestNetwork();
    const result = network.deliver(a, [send(coins(7)), msg].slice(-1));
    expect(result).toMatchObject({ code, codespace });
    expect(result.log).toContain(log);
    expect(result.log.startsWith("failed to execute message; message index: 0: ")).toBe(true);
    expect(result.data).toHaveLength(0);
    expect(shown(result)).toHaveLength(7);
    expect(balanceOf(network, a.text)).toBe(FUNDS - 20_000n);
    expect(network.account(a.text).sequence).toBe(1n);
  });

  it("reverts all messages when a later one fails", () => {
    const network = new TestNetwork();
    const result = network.deliver(a, [send(coins(7)), send(coins(0))]);
    expect(result.log).toContain("message index: 1");
    expect(balanceOf(network, b.text)).toBe(FUNDS);
  });

  it("lets users send to the distribution account, the one module account that is not blocked", () => {
    const network = new TestNetwork();
    const distribution = formatAddress(moduleAddress(primitives, "distribution"));
    expect(distribution).toBe("secret1jv65s3grqf6v6jl3dp4t6c9t9rk99cd896s45r");
    expect(network.deliver(a, [send(coins(1), distribution)]).code).toBe(0);
  });

  it("refuses a denomination whose sending is disabled, and sends it when it is enabled", () => {
    const state = appState([a, b]);
    const bank = { ...(state.bank as object), send_enabled: [{ denom: "uscrt", enabled: false }] };
    const network = new TestNetwork({ accounts: [a, b], appState: { ...state, bank } });
    expect(network.deliver(a, [send(coins(1))])).toMatchObject({ code: 5, codespace: "bank" });
    expect(new TestNetwork().deliver(a, [send(coins(1))]).code).toBe(0);
  });
});

describe("MsgMultiSend", () => {
  it("spends once and emits receipt and transfer per output", () => {
    const network = new TestNetwork();
    const result = network.deliver(
      a,
      [
        multi(5, [
          [b.text, 2],
          [c.text, 3],
        ]),
      ],
      { gas: 20_000n },
    );
    expect(result.log).toBe("");
    expect(shown(result).slice(8)).toEqual([
      `coin_spent{spender=${a.text},amount=5uscrt,msg_index=0}`,
      `message{sender=${a.text},msg_index=0}`,
      `coin_received{receiver=${b.text},amount=2uscrt,msg_index=0}`,
      `transfer{recipient=${b.text},sender=${a.text},amount=2uscrt,msg_index=0}`,
      `coin_received{receiver=${c.text},amount=3uscrt,msg_index=0}`,
      `transfer{recipient=${c.text},sender=${a.text},amount=3uscrt,msg_index=0}`,
    ]);
    expect(balanceOf(network, c.text)).toBe(FUNDS + 3n);
  });

  it("fits one input and 18 outputs to new accounts into 200 000 gas", () => {
    const network = new TestNetwork();
    const outputs = Array.from({ length: 18 }, (_, i): [string, number] => [testAccount(100 + i).text, 10]);
    expect(network.deliver(a, [multi(180, outputs)], { gas: 200_000n }).log).toBe("");
  });

  it.each([
    ["unequal sums", multi(5, [[b.text, 2]]), 4, "bank"],
    ["no outputs", multi(5, []), 3, "bank"],
    ["a blocked receiver", multi(5, [[feeCollector, 5]]), 4, "sdk"],
  ])("refuses %s", (_name, msg, code, codespace) => {
    expect(new TestNetwork().deliver(a, [msg])).toMatchObject({ code, codespace });
  });

  it("refuses two senders", () => {
    const inputs = [a, b].map(({ text }) => ({ address: text, coins: coins(1) }));
    const msg = message(cosmosBank.MsgMultiSendSchema, { inputs, outputs: [{ address: c.text, coins: coins(2) }] });
    const network = new TestNetwork();
    expect(network.app.checkTx({ tx: network.tx(a, [msg]), recheck: false })).toMatchObject({ code: 4 });
  });
});

describe("bank queries", () => {
  const network = new TestNetwork();
  network.block();
  const b1 = cosmosBank;
  const path = "/cosmos.bank.v1beta1.Query/";

  it("answers an unknown account with a zero balance", () => {
    expect(balanceOf(network, testAccount(77).text)).toBe(0n);
  });

  it("lists balances, supply, owners and parameters", () => {
    const all = network.query(
      `${path}AllBalances`,
      b1.QueryAllBalancesRequestSchema,
      { address: a.text },
      b1.QueryAllBalancesResponseSchema,
    );
    expect(all.balances.map(({ denom, amount }) => denom + amount)).toEqual([`uscrt${FUNDS}`]);
    const supply = network.query(
      `${path}SupplyOf`,
      b1.QuerySupplyOfRequestSchema,
      { denom: "uscrt" },
      b1.QuerySupplyOfResponseSchema,
    );
    expect(supply.amount?.amount).toBe(`${FUNDS * 3n}`);
    const owners = network.query(
      `${path}DenomOwners`,
      b1.QueryDenomOwnersRequestSchema,
      { denom: "uscrt" },
      b1.QueryDenomOwnersResponseSchema,
    );
    expect(owners.denomOwners.map(({ address }) => address).sort()).toEqual([a, b, c].map(({ text }) => text).sort());
    expect(owners.pagination?.total).toBe(3n);
  });

  it("pages by limit and key", () => {
    const ask = (pagination: { limit: bigint; key?: Uint8Array }) =>
      network.query(
        `${path}DenomOwners`,
        b1.QueryDenomOwnersRequestSchema,
        { denom: "uscrt", pagination },
        b1.QueryDenomOwnersResponseSchema,
      );
    const first = ask({ limit: 2n });
    expect(first.denomOwners).toHaveLength(2);
    const second = ask({ limit: 2n, key: first.pagination?.nextKey as Uint8Array });
    expect(second.denomOwners).toHaveLength(1);
    expect(toHex(second.pagination?.nextKey as Uint8Array)).toBe("");
    expect(toBase64(first.pagination?.nextKey as Uint8Array)).not.toBe("");
  });

  it("refuses a malformed address and an unknown denomination's metadata", () => {
    const bad = network.rawQuery(`${path}Balance`, new Uint8Array([0x0a, 1, 0x78, 0x12, 5, 117, 115, 99, 114, 116]));
    expect(bad).toMatchObject({ code: 18, codespace: "sdk", grpcStatus: { code: 3 } });
    const missing = network.rawQuery(`${path}DenomMetadata`, new Uint8Array([0x0a, 5, 117, 115, 99, 114, 116]));
    expect(missing).toMatchObject({
      code: 22,
      log: "rpc error: code = NotFound desc = client metadata for denom uscrt: key not found",
      grpcStatus: { code: 5, message: "client metadata for denom uscrt" },
    });
  });
});
