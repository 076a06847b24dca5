/**
 * Who may read what of the token: viewing keys, query permits made by secretjs, padding.
 * @module
 */
import { createRequire } from "node:module";
import type { Permission, Permit } from "secretjs";
import { describe, expect, it } from "vitest";
import { CHAIN_ID, CONTRACT, dataOf, type Json, type TestContract } from "./support/contract.ts";
import { alice, answerOf, bob, carol, deploy, keyOf, withKeys } from "./support/token.ts";

// The CommonJS build: the other one imports a file that is missing from a package below secretjs.
const { newPermit, Wallet } = createRequire(import.meta.url)("secretjs") as typeof import("secretjs");

const refusal = { viewing_key_error: { msg: "Wrong viewing key for this address or viewing key not set" } };

describe("viewing keys", () => {
  it("open the account they belong to and no other", () => {
    const token = withKeys(deploy(), alice, bob);
    const ask = (address: string, key: string) => token.query({ balance: { address, key } });
    expect(ask(alice, keyOf(alice))).toEqual({ balance: { amount: "1000" } });
    for (const [address, key] of [
      [alice, keyOf(bob)],
      [alice, ""],
      [alice, `${keyOf(alice)} `],
      [carol, keyOf(alice)],
      [carol, ""],
    ] as const) {
      expect(ask(address, key)).toEqual(refusal);
    }
    const page = { address: alice, key: "wrong", page_size: 1 };
    expect(token.query({ transfer_history: page })).toEqual(refusal);
    expect(token.query({ transaction_history: page })).toEqual(refusal);
  });

  it("are not in the state, only their hashes", () => {
    const token = withKeys(deploy(), alice);
    const state = Buffer.concat([...token.state].flatMap(([key, value]) => [Buffer.from(key, "hex"), value]));
    expect(state.includes(keyOf(alice))).toBe(false);
  });

  it("are made fresh on request", () => {
    const token = deploy();
    const make = (sender: string, entropy: string) => {
      const response = token.execute({ create_viewing_key: { entropy, padding: "xxx" } }, { sender });
      expect(dataOf(response).length).toBe(256);
      return (answerOf(response) as { create_viewing_key: { key: string } }).create_viewing_key.key;
    };
    const keys = [make(alice, "e"), make(alice, "e"), make(bob, "e"), make(bob, "f")];
    expect(new Set(keys).size).toBe(4);
    for (const key of keys) expect(key).toMatch(/^api_key_[A-Za-z0-9+/]{43}=$/);
    expect(token.query({ balance: { address: alice, key: keys[1] as string } })).toMatchObject({ balance: {} });
    expect(token.query({ balance: { address: alice, key: keys[0] as string } })).toEqual(refusal);
  });

  it("of owner and spender both show an allowance", () => {
    const token = withKeys(deploy(), alice, bob, carol);
    token.execute({ increase_allowance: { spender: bob, amount: "8", expiration: 1_800_000_000 } });
    const ask = (key: string) => token.query({ allowance: { owner: alice, spender: bob, key } });
    const allowance = { owner: alice, spender: bob, allowance: "8", expiration: 1_800_000_000 };
    expect(ask(keyOf(alice))).toEqual({ allowance });
    expect(ask(keyOf(bob))).toEqual({ allowance });
    expect(ask(keyOf(carol))).toEqual(refusal);
  });
});

describe("answers", () => {
  it("have lengths in blocks of 256 bytes", () => {
    const token = withKeys(deploy(), alice, bob);
    for (let i = 0; i < 3; i++) token.execute({ transfer: { recipient: bob, amount: "1" } });
    const lengths = [
      { token_info: {} },
      { balance: { address: alice, key: keyOf(alice) } },
      { balance: { address: bob, key: keyOf(bob) } },
      { balance: { address: bob, key: "wrong" } },
      { transfer_history: { address: bob, key: keyOf(bob), page_size: 3 } },
    ].map((msg) => token.queryText(msg).length);
    expect(lengths).toEqual([256, 256, 256, 256, expect.toSatisfy((n: number) => n > 256 && n % 256 === 0)]);
  });
});

describe("refusals", () => {
  it("have lengths in blocks of 256 bytes, so that no amount shows", () => {
    const token = deploy();
    const refused = (amount: string) => {
      try {
        token.execute({ transfer: { recipient: bob, amount } });
      } catch (error) {
        return (error as Error).message;
      }
      throw new Error("the transfer went through");
    };
    const [small, large] = [refused("1001"), refused("1".repeat(38))];
    expect(small).toMatch(/^Generic error: insufficient funds: balance=1000, required=1001 +$/);
    expect([small.length, large.length]).toEqual([15 + 256, 15 + 256]);
  });
});

describe("query permits", () => {
  const wallet = new Wallet();
  const signed = (permissions: Permission[], name = "permit", tokens = [CONTRACT], chain: string = CHAIN_ID) =>
    newPermit(wallet, wallet.address, chain, name, tokens, permissions, false);
  const ask = (token: TestContract, permit: Permit, query: Json) =>
    token.query({ with_permit: { permit: permit as unknown as Json, query } });
  const funded = () => {
    const token = deploy();
    token.execute({ transfer: { recipient: wallet.address, amount: "77" } });
    return token;
  };

  it("open what they name", async () => {
    const token = funded();
    const permit = await signed(["balance", "history", "allowance"]);
    expect(ask(token, permit, { balance: {} })).toEqual({ balance: { amount: "77" } });
    expect(ask(token, permit, { transfer_history: { page_size: 5 } })).toMatchObject({
      transfer_history: { total: 1 },
    });
    expect(ask(token, permit, { transaction_history: { page: 0, page_size: 5 } })).toMatchObject({
      transaction_history: { txs: [{ action: { transfer: { recipient: wallet.address } } }] },
    });
    token.execute({ increase_allowance: { spender: wallet.address, amount: "3" } });
    const allowance = { owner: alice, spender: wallet.address };
    expect(ask(token, permit, { allowance })).toMatchObject({ allowance: { allowance: "3", expiration: null } });
    expect(() => ask(token, permit, { allowance: { owner: alice, spender: bob } })).toThrow("neither");
  });

  it("open everything with the permission of the owner", async () => {
    expect(ask(funded(), await signed(["owner"]), { balance: {} })).toEqual({ balance: { amount: "77" } });
  });

  it("are refused for what they do not name", async () => {
    const token = funded();
    const balance = { balance: {} };
    expect(() => ask(token, {} as Permit, balance)).toThrow("missing field");
    const history = await signed(["history"]);
    expect(() => ask(token, history, balance)).toThrow("does not give this permission");
    const elsewhere = await signed(["balance"], "permit", [alice]);
    expect(() => ask(token, elsewhere, balance)).toThrow("not for this token");
    const otherChain = await signed(["balance"], "permit", [CONTRACT], "other-chain");
    expect(() => ask(token, otherChain, balance)).toThrow("not for this chain");
    const widened = { ...history, params: { ...history.params, permissions: ["balance" as const] } };
    expect(() => ask(token, widened, balance)).toThrow("signature is not valid");
  });

  it("are refused without the signer's own signature", async () => {
    const token = funded();
    const permit = await signed(["balance"]);
    const { signature } = permit;
    const other = new Wallet();
    const foreign = await newPermit(other, other.address, CHAIN_ID, "permit", [CONTRACT], ["balance"], false);
    const withSignature = (changes: object): Permit => ({ ...permit, signature: { ...signature, ...changes } });
    const balance = { balance: {} };
    expect(ask(token, foreign, balance)).toEqual({ balance: { amount: "0" } });
    const swapped = withSignature({ pub_key: foreign.signature.pub_key });
    expect(() => ask(token, swapped, balance)).toThrow("signature is not valid");
    expect(() => ask(token, withSignature({ signature: "AAAA" }), balance)).toThrow("signature is not valid");
    const pub_key = { ...signature.pub_key, type: "tendermint/PubKeyEd25519" };
    expect(() => ask(token, withSignature({ pub_key }), balance)).toThrow("key of another kind");
    const renamed = { ...permit, params: { ...permit.params, chain_id: "other-chain" } };
    expect(() => ask(token, renamed, balance)).toThrow("not for this chain");
    const moved = await signed(["balance"], "permit", [CONTRACT], "other-chain");
    const relabelled = { ...moved, params: { ...moved.params, chain_id: CHAIN_ID } };
    expect(() => ask(token, relabelled, balance)).toThrow("signature is not valid");
  });

  it("have names and tokens of any text", async () => {
    const token = funded();
    for (const name of ['fish & "chips" <b>', "back\\slash\n\t\u0001", "ünïcödé \u{1f600}"]) {
      const permit = await signed(["balance"], name, ["<&>", CONTRACT]);
      expect(ask(token, permit, { balance: {} })).toEqual({ balance: { amount: "77" } });
    }
  });

  it("answer nothing that is not about an account, and no permit within", async () => {
    const token = funded();
    const permit = await signed(["owner"]);
    expect(() => ask(token, permit, { token_info: {} })).toThrow("takes no permit");
    const within = { with_permit: { permit: permit as unknown as Json, query: { balance: {} } } };
    expect(() => ask(token, permit, within)).toThrow("takes no permit");
  });

  it("end when they are revoked", async () => {
    const token = funded();
    const [first, second] = [await signed(["balance"], "first"), await signed(["balance"], "second")];
    token.execute({ revoke_permit: { permit_name: "first" } }, { sender: wallet.address });
    token.execute({ revoke_permit: { permit_name: "second" } }, { sender: alice });
    expect(() => ask(token, first, { balance: {} })).toThrow("revoked");
    expect(ask(token, second, { balance: {} })).toEqual({ balance: { amount: "77" } });
  });
});
