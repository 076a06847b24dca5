/**
 * The token artefact on the engine: allowances, deposits and redemptions, minting and burning, administration.
 * @module
 */
import { describe, expect, it } from "vitest";
import {
  alice,
  answerOf,
  balance,
  bob,
  carol,
  deploy,
  everything,
  history,
  success,
  withKeys,
} from "./support/token.ts";

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

describe("the supply", () => {
  it("follows deposits and redemptions", () => {
    const token = deploy({ supported_denoms: ["uscrt", "uatom"] });
    const deposit = (denom: string) => token.execute({ deposit: {} }, { sender: bob, funds: [{ denom, amount: "9" }] });
    expect(answerOf(deposit("uscrt"))).toEqual(success("deposit"));
    expect(answerOf(deposit("uatom"))).toEqual(success("deposit"));
    expect(() => deposit("ufake")).toThrow("ufake is not taken");
    expect(() => token.execute({ deposit: {} })).toThrow("no coins");
    expect(() => token.execute({ redeem: { amount: "4" } }, { sender: bob })).toThrow("must be named");
    expect(() => token.execute({ redeem: { amount: "4", denom: "ufake" } }, { sender: bob })).toThrow("not paid out");
    expect(() => token.execute({ redeem: { amount: "19", denom: "uscrt" } }, { sender: bob })).toThrow("insufficient");
    const redeemed = token.execute({ redeem: { amount: "4", denom: "uatom" } }, { sender: bob });
    const send = { to_address: bob, amount: [{ denom: "uatom", amount: "4" }] };
    expect(redeemed.messages.map(({ msg }) => msg)).toEqual([{ bank: { send } }]);
    expect(balance(token, bob)).toBe("14");
    expect(token.query({ token_info: {} })).toMatchObject({ token_info: { total_supply: "1014" } });
  });

  it("grows by minters only and never overflows", () => {
    const token = deploy();
    const mint = { recipient: bob, amount: "5" };
    expect(answerOf(token.execute({ mint }))).toEqual(success("mint"));
    expect(() => token.execute({ mint }, { sender: bob })).toThrow("only a minter");
    token.execute({ batch_mint: { actions: [mint, mint] } });
    expect(balance(token, bob)).toBe("15");
    const amount = (2n ** 128n - 1n).toString();
    expect(() => token.execute({ mint: { recipient: carol, amount } })).toThrow("overflow");
    expect(balance(token, carol)).toBe("0");
  });
});

describe("administration", () => {
  it("appoints minters and the next admin", () => {
    const token = deploy();
    const minters = () => (token.query({ minters: {} }) as { minters: { minters: string[] } }).minters.minters;
    token.execute({ add_minters: { minters: [bob, bob, carol] } });
    expect(minters()).toEqual([alice, bob, carol]);
    token.execute({ remove_minters: { minters: [alice, carol] } });
    expect(minters()).toEqual([bob]);
    token.execute({ set_minters: { minters: [carol] } });
    expect(minters()).toEqual([carol]);
    expect(() => token.execute({ add_minters: { minters: [bob] } }, { sender: carol })).toThrow("only the admin");
    expect(() => token.execute({ change_admin: { address: bob } }, { sender: bob })).toThrow("only the admin");
    token.execute({ change_admin: { address: bob } });
    expect(() => token.execute({ set_minters: { minters: [] } })).toThrow("only the admin");
    token.execute({ set_minters: { minters: [] } }, { sender: bob });
    expect(minters()).toEqual([]);
  });

  it("can be given to somebody else from the start, and survives a migration", () => {
    const token = deploy({ admin: bob, config: everything });
    expect(() => token.execute({ change_admin: { address: carol } }, { sender: alice })).toThrow("only the admin");
    token.migrate({});
    token.execute({ change_admin: { address: carol } }, { sender: bob });
    expect(balance(withKeys(token, alice), alice)).toBe("1000");
  });
});
