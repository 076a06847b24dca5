/**
 * The token artefact on the engine: allowances, their use, and the lists of them (SNIP-26).
 * @module
 */
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { address, CHAIN_ID, CONTRACT, type Json, type TestContract } from "./support/contract.ts";
import { alice, answerOf, balance, bob, carol, deploy, history, keyOf, success, withKeys } from "./support/token.ts";

const { newPermit, Wallet } = createRequire(import.meta.url)("secretjs") as typeof import("secretjs");

interface Allowances {
  readonly allowances: readonly Json[];
  readonly count: number;
}

function allowances(token: TestContract, side: "given" | "received", account: string, page = 0, page_size = 10) {
  withKeys(token, account);
  const role = side === "given" ? "owner" : "spender";
  const answer = token.query({ [`allowances_${side}`]: { [role]: account, key: keyOf(account), page, page_size } });
  return (answer as unknown as Record<string, Allowances>)[`allowances_${side}`] as Allowances;
}

describe("allowances", () => {
  it("lets a spender move what it was allowed, and records it for all three", () => {
    const token = deploy();
    const given = token.execute({ increase_allowance: { spender: bob, amount: "100", expiration: token.time + 10 } });
    expect(answerOf(given)).toEqual({ increase_allowance: { spender: bob, owner: alice, allowance: "100" } });
    const transfer_from = { owner: alice, recipient: carol, amount: "60" };
    expect(answerOf(token.execute({ transfer_from }, { sender: bob }))).toEqual(success("transfer_from"));
    expect([balance(token, alice), balance(token, bob), balance(token, carol)]).toEqual(["940", "0", "60"]);
    const seen = { from: alice, sender: bob, receiver: carol };
    for (const party of [alice, bob, carol]) expect(history(token, "transfer", party).txs).toMatchObject([seen]);
    expect(() => token.execute({ transfer_from }, { sender: bob })).toThrow("allowance=40, required=60");
    expect(() => token.execute({ transfer_from }, { sender: carol })).toThrow("allowance=0, required=60");
  });

  it("is void from its expiration on", () => {
    const token = deploy();
    token.execute({ increase_allowance: { spender: bob, amount: "100", expiration: token.time + 10 } });
    const transfer_from = { owner: alice, recipient: carol, amount: "1" };
    token.time += 9;
    token.execute({ transfer_from }, { sender: bob });
    token.time += 1;
    expect(() => token.execute({ transfer_from }, { sender: bob })).toThrow("allowance=0");
    const again = token.execute({ increase_allowance: { spender: bob, amount: "5" } });
    expect(answerOf(again)).toMatchObject({ increase_allowance: { allowance: "5" } });
    token.execute({ transfer_from }, { sender: bob });
  });

  it("stops at the ends of the numbers", () => {
    const token = deploy();
    const most = (2n ** 128n - 1n).toString();
    const increase_allowance = { spender: bob, amount: most };
    token.execute({ increase_allowance });
    expect(answerOf(token.execute({ increase_allowance }))).toMatchObject({ increase_allowance: { allowance: most } });
    token.execute({ decrease_allowance: increase_allowance });
    const less = token.execute({ decrease_allowance: { spender: bob, amount: "1" } });
    expect(answerOf(less)).toEqual({ decrease_allowance: { spender: bob, owner: alice, allowance: "0" } });
  });

  it("leaves nothing of a batch that it does not cover", () => {
    const token = deploy();
    token.execute({ increase_allowance: { spender: bob, amount: "10" } });
    const one = { owner: alice, recipient: carol, amount: "4" };
    const actions = [one, one, one];
    expect(() => token.execute({ batch_transfer_from: { actions } }, { sender: bob })).toThrow("allowance=2");
    expect(() => token.execute({ batch_burn_from: { actions } }, { sender: bob })).toThrow("allowance=2");
    expect([balance(token, alice), balance(token, carol)]).toEqual(["1000", "0"]);
    const burned = token.execute({ batch_burn_from: { actions: [one, one] } }, { sender: bob });
    expect(answerOf(burned)).toEqual(success("batch_burn_from"));
    expect(token.query({ token_info: {} })).toMatchObject({ token_info: { total_supply: "992" } });
    const burn = { burn: { burner: bob, owner: alice } };
    for (const party of [alice, bob]) {
      expect(history(token, "transaction", party).txs.slice(0, 2)).toMatchObject([{ action: burn }, { action: burn }]);
    }
  });

  it("needs an owner and a recipient", () => {
    const token = deploy();
    expect(() => token.execute({ transfer_from: { recipient: bob, amount: "0" } })).toThrow("missing field `owner`");
    expect(() => token.execute({ transfer: { amount: "0" } })).toThrow("missing field `recipient`");
    expect(() => token.execute({ transfer: { recipient: bob } })).toThrow("missing field `amount`");
    token.execute({ transfer_from: { owner: alice, recipient: bob, amount: "0" } }, { sender: carol });
    const { count } = allowances(token, "given", alice);
    expect(count).toBe(0);
  });

  it("covers batches and burning", () => {
    const token = deploy();
    token.execute({ increase_allowance: { spender: bob, amount: "10" } });
    const one = { owner: alice, recipient: carol, amount: "4" };
    token.execute({ batch_transfer_from: { actions: [one, one] } }, { sender: bob });
    expect(() => token.execute({ burn_from: { owner: alice, amount: "3" } }, { sender: bob })).toThrow("allowance=2");
    token.execute({ burn_from: { owner: alice, amount: "2" } }, { sender: bob });
    expect([balance(token, alice), balance(token, carol)]).toEqual(["990", "8"]);
    expect(token.query({ token_info: {} })).toMatchObject({ token_info: { total_supply: "998" } });
  });
});

describe("the lists of allowances", () => {
  const spenders = [11, 12, 13, 14, 15].map(address);

  it("show the latest first, by when they were first given, page by page", () => {
    const token = deploy();
    for (const spender of spenders) token.execute({ increase_allowance: { spender, amount: "5" } });
    token.execute({ increase_allowance: { spender: spenders[0] as string, amount: "2", expiration: 1_800_000_000 } });
    token.execute({ decrease_allowance: { spender: spenders[1] as string, amount: "9" } });
    const shown = (page: number) => allowances(token, "given", alice, page, 2);
    const entry = (place: number, allowance: string, expiration: number | null = null) => ({
      spender: spenders[place] as string,
      allowance,
      expiration,
    });
    expect(shown(0)).toEqual({ owner: alice, count: 5, allowances: [entry(4, "5"), entry(3, "5")] });
    expect(shown(1).allowances).toEqual([entry(2, "5"), entry(1, "0")]);
    expect(shown(2).allowances).toEqual([entry(0, "7", 1_800_000_000)]);
    expect(shown(3).allowances).toEqual([]);
    const received = allowances(token, "received", spenders[0] as string);
    const from = { owner: alice, allowance: "7", expiration: 1_800_000_000 };
    expect(received).toEqual({ spender: spenders[0], count: 1, allowances: [from] });
    expect(allowances(token, "received", alice)).toEqual({ spender: alice, count: 0, allowances: [] });
  });

  it("open to the account's key or permit alone", async () => {
    const token = withKeys(deploy(), alice, bob);
    const wallet = new Wallet();
    token.execute({ increase_allowance: { spender: wallet.address, amount: "5" } });
    const wrong = token.query({ allowances_given: { owner: alice, key: keyOf(bob), page_size: 5 } });
    expect(wrong).toHaveProperty("viewing_key_error");
    const permit = await newPermit(wallet, wallet.address, CHAIN_ID, "p", [CONTRACT], ["allowance"], false);
    const ask = (query: Json) => token.query({ with_permit: { permit: permit as unknown as Json, query } });
    const mine = { allowances_received: { count: 1, allowances: [{ owner: alice, allowance: "5" }] } };
    expect(ask({ allowances_received: { page_size: 5 } })).toMatchObject(mine);
    expect(ask({ allowances_received: { spender: wallet.address, page_size: 5 } })).toMatchObject(mine);
    expect(() => ask({ allowances_given: { owner: alice, page_size: 5 } })).toThrow("not the account");
    expect(() => ask({ balance: {} })).toThrow("does not give this permission");
  });
});
