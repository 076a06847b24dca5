/**
 * The token artefact on the engine: instantiation, transfers and their cost, histories, the receive hook.
 * @module
 */
import { describe, expect, it } from "vitest";
import { address, dataOf } from "./support/contract.ts";
import { alice, answerOf, balance, bob, carol, deploy, history, success } from "./support/token.ts";

const transfer = (recipient: string, amount: string, memo?: string) => ({
  transfer: { recipient, amount, ...(memo === undefined ? {} : { memo }), padding: "x".repeat(20) },
});

describe("instantiation", () => {
  it("tells what the token is", () => {
    const token = deploy();
    const info = { name: "Private Dollar", symbol: "PUSD", decimals: 6, total_supply: "1000" };
    expect(token.query({ token_info: {} })).toEqual({ token_info: info });
    expect(token.query({ exchange_rate: {} })).toEqual({ exchange_rate: { rate: "1", denom: "uscrt" } });
    expect(token.query({ minters: {} })).toEqual({ minters: { minters: [alice] } });
    const token_config = {
      public_total_supply: true,
      deposit_enabled: true,
      redeem_enabled: true,
      mint_enabled: true,
      burn_enabled: true,
      supported_denoms: ["uscrt"],
    };
    expect(token.query({ token_config: {} })).toEqual({ token_config });
  });

  it("keeps everything off that is not asked for", () => {
    const token = deploy({ config: null });
    expect(token.query({ token_info: {} })).toEqual({
      token_info: { name: "Private Dollar", symbol: "PUSD", decimals: 6 },
    });
    expect(token.query({ exchange_rate: {} })).toEqual({ exchange_rate: { rate: "0", denom: "" } });
    const funds = [{ denom: "uscrt", amount: "1" }];
    expect(() => token.execute({ deposit: {} }, { funds })).toThrow("deposit is not enabled");
    expect(() => token.execute({ redeem: { amount: "1" } })).toThrow("redeem is not enabled");
    expect(() => token.execute({ mint: { recipient: bob, amount: "1" } })).toThrow("mint is not enabled");
    expect(() => token.execute({ burn: { amount: "1" } })).toThrow("burn is not enabled");
    expect(() => token.execute({ set_minters: { minters: [bob] } })).toThrow("mint is not enabled");
  });

  it.each([
    ["a short name", { name: "no" }],
    ["a symbol with a blank", { symbol: "A BC" }],
    ["too many decimals", { decimals: 19 }],
    ["an address of another chain", { initial_balances: [{ address: "cosmos1qqqq", amount: "1" }] }],
  ])("refuses %s", (_what, overrides) => {
    expect(() => deploy()).not.toThrow();
    expect(() => deploy(overrides)).toThrow("error");
  });

  it("refuses initial balances whose sum is too large", () => {
    const amount = (2n ** 128n - 1n).toString();
    expect(() => deploy({ initial_balances: [{ address: bob, amount }] })).not.toThrow();
    const initial_balances = [
      { address: bob, amount },
      { address: carol, amount: "1" },
    ];
    expect(() => deploy({ initial_balances })).toThrow("too large");
  });
});

describe("transfers", () => {
  it("moves tokens, and answers in blocks of 256 bytes", () => {
    const token = deploy();
    const response = token.execute(transfer(bob, "300"));
    expect(answerOf(response)).toEqual(success("transfer"));
    expect(dataOf(response).length).toBe(256);
    expect([response.attributes, response.events, response.messages]).toEqual([[], [], []]);
    expect([balance(token, alice), balance(token, bob)]).toEqual(["700", "300"]);
  });

  it("is lean once both accounts are known", () => {
    const token = deploy();
    token.execute(transfer(bob, "1"));
    token.execute(transfer(bob, "1"));
    expect(token.effort.reads).toBe(3);
    expect(token.effort.writes).toBe(6);
    expect(token.effort.gas).toBeLessThan(800_000n);
  });

  it("refuses more than there is, and bad recipients", () => {
    const token = deploy();
    expect(() => token.execute(transfer(bob, "1001"))).toThrow("insufficient funds: balance=1000, required=1001");
    token.execute(transfer(bob, "1000"));
    expect(() => token.execute(transfer("secret1nobody", "0"))).toThrow("error");
    expect(() => token.execute(transfer(bob, "340282366920938463463374607431768211456"), { sender: bob })).toThrow();
  });

  it("leaves a transfer to oneself without effect but on record once", () => {
    const token = deploy();
    token.execute(transfer(alice, "400"));
    expect(balance(token, alice)).toBe("1000");
    expect(history(token, "transfer", alice).total).toBe(1);
    expect(() => token.execute(transfer(alice, "1001"))).toThrow("insufficient funds");
  });

  it("does all of a batch or nothing", () => {
    const token = deploy();
    const actions = [
      { recipient: bob, amount: "10", memo: "one" },
      { recipient: carol, amount: "20" },
      { recipient: bob, amount: "5" },
    ];
    expect(answerOf(token.execute({ batch_transfer: { actions } }))).toEqual(success("batch_transfer"));
    expect([balance(token, bob), balance(token, carol)]).toEqual(["15", "20"]);
    const tooMuch = [...actions, { recipient: carol, amount: "999" }];
    expect(() => token.execute({ batch_transfer: { actions: tooMuch } })).toThrow("insufficient funds");
    expect([balance(token, bob), balance(token, carol)]).toEqual(["15", "20"]);
  });

  it("takes no coins", () => {
    const funds = [{ denom: "uscrt", amount: "1" }];
    expect(() => deploy().execute(transfer(bob, "1"), { funds })).toThrow("only deposit takes coins");
  });
});

describe("histories", () => {
  it("shows transfers to those who take part, newest first", () => {
    const token = deploy();
    token.height = 42;
    token.execute(transfer(bob, "1", "first"));
    token.execute(transfer(carol, "2"));
    token.execute(transfer(carol, "3"), { sender: alice });
    const first = {
      id: 2,
      from: alice,
      sender: alice,
      receiver: bob,
      coins: { denom: "PUSD", amount: "1" },
      memo: "first",
      block_time: token.time,
      block_height: 42,
    };
    expect(history(token, "transfer", bob)).toEqual({ txs: [first], total: 1 });
    expect(history(token, "transfer", alice).txs.map((tx) => tx.id)).toEqual([4, 3, 2]);
    expect(history(token, "transfer", carol).txs[0]).not.toHaveProperty("memo");
    expect(history(token, "transfer", address(9))).toEqual({ txs: [], total: 0 });
  });

  it("cuts pages", () => {
    const token = deploy();
    for (let i = 0; i < 5; i++) token.execute(transfer(bob, `${i}`));
    const ids = (page: number, size: number) => history(token, "transfer", bob, page, size).txs.map((tx) => tx.id);
    expect([ids(0, 2), ids(1, 2), ids(2, 2), ids(3, 2)]).toEqual([[6, 5], [4, 3], [2], []]);
    expect([ids(0, 0), ids(4_294_967_295, 4_294_967_295), ids(0, 4_294_967_295).length]).toEqual([[], [], 5]);
    expect(history(token, "transfer", bob, 1, 2).total).toBe(5);
  });

  it("finds the transfers among other transactions, page by page", () => {
    const token = deploy();
    for (let i = 0; i < 12; i++) {
      for (let n = 0; n < i % 4; n++) token.execute({ mint: { recipient: bob, amount: "1" } });
      token.execute(transfer(bob, `${i + 1}`));
      token.execute({ burn: { amount: "1" } }, { sender: bob });
    }
    const pages = [0, 1, 2, 3].map((page) => history(token, "transfer", bob, page, 5));
    const amounts = pages.map(({ txs }) => txs.map((tx) => (tx.coins as { amount: string }).amount));
    expect(amounts).toEqual([["12", "11", "10", "9", "8"], ["7", "6", "5", "4", "3"], ["2", "1"], []]);
    expect(pages.map(({ total }) => total)).toEqual([12, 12, 12, 12]);
    expect(history(token, "transaction", bob).total).toBe(42);
  });

  it("hides the length of a memo in what is stored", () => {
    const lengths = ["", "x", "x".repeat(64), "x".repeat(65)].map((memo) => {
      const token = deploy();
      token.execute(transfer(bob, "1", memo));
      return [...token.state.values()].reduce((sum, value) => sum + value.length, 0);
    });
    const [empty = 0, short, full, longer] = lengths;
    expect([short, full, longer]).toEqual([empty + 64, empty + 64, empty + 128]);
  });

  it("tells every kind of transaction", () => {
    const token = deploy();
    token.execute({ deposit: {} }, { sender: bob, funds: [{ denom: "uscrt", amount: "50" }] });
    token.execute({ mint: { recipient: bob, amount: "7", memo: "gift" } });
    token.execute({ redeem: { amount: "20" } }, { sender: bob });
    token.execute({ burn: { amount: "3" } }, { sender: bob });
    token.execute(transfer(alice, "1"), { sender: bob });
    const { txs, total } = history(token, "transaction", bob);
    expect(total).toBe(5);
    expect(txs.map((tx) => [tx.action, (tx.coins as { denom: string }).denom])).toEqual([
      [{ transfer: { from: bob, sender: bob, recipient: alice } }, "PUSD"],
      [{ burn: { burner: bob, owner: bob } }, "PUSD"],
      [{ redeem: {} }, "uscrt"],
      [{ mint: { minter: alice, recipient: bob } }, "PUSD"],
      [{ deposit: {} }, "uscrt"],
    ]);
    expect(txs[3]).toMatchObject({ memo: "gift", coins: { amount: "7" } });
    expect(history(token, "transfer", bob).total).toBe(1);
  });
});

describe("the receive hook", () => {
  const hook = (messages: readonly { readonly msg: unknown }[]) => {
    const [first] = messages as readonly { readonly msg: { wasm: { execute: { msg: string } } } }[];
    const execute = first?.msg.wasm.execute;
    const text = Buffer.from(execute?.msg ?? "", "base64").toString("utf8");
    return { ...execute, msg: JSON.parse(text) as unknown, length: text.length };
  };

  it("is called when a code hash is given or registered, and not otherwise", () => {
    const token = deploy();
    const send = { recipient: bob, amount: "5", msg: "e30=", memo: "hi" };
    const silent = token.execute({ send });
    expect(silent.messages).toEqual([]);
    expect(answerOf(silent)).toEqual(success("send"));

    const given = token.execute({ send: { ...send, recipient_code_hash: "aa" } });
    const receive = { sender: alice, from: alice, amount: "5", memo: "hi", msg: "e30=" };
    expect(hook(given.messages)).toEqual({
      contract_addr: bob,
      code_hash: "aa",
      send: [],
      msg: { receive },
      length: 256,
    });

    token.execute({ register_receive: { code_hash: "bb" } }, { sender: bob });
    expect(hook(token.execute({ send }).messages)).toMatchObject({ code_hash: "bb" });
    expect(balance(token, bob)).toBe("15");
    expect(token.execute(transfer(bob, "1")).messages).toEqual([]);
  });

  it("is called for every send of a batch, and tells whose tokens they were", () => {
    const token = deploy();
    token.execute({ increase_allowance: { spender: carol, amount: "10" } });
    const one = { owner: alice, recipient: bob, recipient_code_hash: "aa", amount: "4" };
    const response = token.execute({ batch_send_from: { actions: [one, one] } }, { sender: carol });
    expect(response.messages.length).toBe(2);
    expect(hook(response.messages).msg).toMatchObject({ receive: { sender: carol, from: alice, amount: "4" } });
    const { owner: _owner, ...own } = one;
    expect(token.execute({ batch_send: { actions: [own, own, own] } }).messages.length).toBe(3);
  });
});
