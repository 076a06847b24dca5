/**
 * The token artefact on the engine: deposits and redemptions, minting and burning, administration.
 * @module
 */
import { describe, expect, it } from "vitest";
import { alice, answerOf, balance, bob, carol, deploy, everything, success, withKeys } from "./support/token.ts";

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

  it("stops and starts the token", () => {
    const token = deploy();
    const funds = [{ denom: "uscrt", amount: "50" }];
    token.execute({ deposit: {} }, { funds });
    const level = (name: string, sender = alice) => token.execute({ set_contract_status: { level: name } }, { sender });
    const status = () => token.query({ contract_status: {} });
    const transfer = { transfer: { recipient: bob, amount: "1" } };
    const redeem = { redeem: { amount: "1" } };
    const stopped = "this contract is stopped and this action is not allowed";
    expect(status()).toEqual({ contract_status: { status: "normal_run" } });
    expect(() => level("stop_all", bob)).toThrow("only the admin");
    expect(() => level("stop")).toThrow("the level is");

    expect(answerOf(level("stop_all_but_redeems"))).toEqual(success("set_contract_status"));
    expect(status()).toEqual({ contract_status: { status: "stop_all_but_redeems" } });
    token.execute(redeem);
    for (const msg of [transfer, { set_viewing_key: { key: "k" } }, { set_minters: { minters: [] } }]) {
      expect(() => token.execute(msg)).toThrow(stopped);
    }
    expect(() => token.execute({ deposit: {} }, { funds })).toThrow(stopped);

    level("stop_all");
    expect(() => token.execute(redeem)).toThrow(stopped);
    expect(token.query({ token_info: {} })).toMatchObject({ token_info: { total_supply: "1049" } });

    level("normal_run");
    token.execute(transfer);
    expect([balance(token, alice), balance(token, bob)]).toEqual(["1048", "1"]);
  });

  it("can be given to somebody else from the start, and survives a migration", () => {
    const token = deploy({ admin: bob, config: everything });
    expect(() => token.execute({ change_admin: { address: carol } }, { sender: alice })).toThrow("only the admin");
    token.migrate({});
    token.execute({ change_admin: { address: carol } }, { sender: bob });
    expect(balance(withKeys(token, alice), alice)).toBe("1000");
  });
});
