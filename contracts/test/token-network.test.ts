/**
 * The token on the real network through the unmodified client: every message, what it answers, and the words of a refusal.
 * @module
 */
import type { SecretNetworkClient } from "secretjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FAST } from "../../tests/support/localnet.ts";
import {
  answerOf,
  ask,
  balanceOf,
  coinsOf,
  contractOf,
  feeOf,
  INITIAL,
  type Name,
  type Network,
  refusal,
  startWithToken,
  succeed,
} from "./support/network.ts";
import { success } from "./support/token.ts";

let network: Network;
let a: SecretNetworkClient;
let b: SecretNetworkClient;
let c: SecretNetworkClient;

beforeAll(async () => {
  network = await startWithToken();
  ({ a, b, c } = network.accounts);
});

afterAll(async () => {
  await network?.net.stop();
});

const balances = (...names: readonly Name[]) => Promise.all(names.map((name) => balanceOf(network, name)));

/** Executes as the client's own token messages do. */
const message = (client: SecretNetworkClient) => ({
  sender: client.address,
  contract_address: network.token.address,
  code_hash: network.token.codeHash,
  sent_funds: [],
});

/** How far balances move while something runs. */
async function moved(names: readonly Name[], run: () => Promise<unknown>): Promise<readonly number[]> {
  const before = await balances(...names);
  await run();
  const after = await balances(...names);
  return after.map((amount, i) => amount - (before[i] as number));
}

const supply = async () => {
  const { token_info } = await a.query.snip20.getSnip20Params({ contract: contractOf(network.token) });
  return Number(token_info.total_supply);
};

describe("the client's own token messages", () => {
  const options = { gasLimit: 200_000, ...FAST };

  it("transfer and send", async () => {
    const deltas = await moved(["a", "b"], async () => {
      const transfer = { recipient: b.address, amount: "10" };
      const first = await a.tx.snip20.transfer({ ...message(a), msg: { transfer } }, options);
      expect([first.code, answerOf(first)]).toEqual([0, success("transfer")]);
      const second = await a.tx.snip20.send({ ...message(a), msg: { send: transfer } }, options);
      expect([second.code, answerOf(second)]).toEqual([0, success("send")]);
    });
    expect(deltas).toEqual([-20, 20]);
  });

  it("change allowances, which the client reads by the key of owner or spender", async () => {
    const spender = c.address;
    const more = { increase_allowance: { spender, amount: "9", expiration: 4_000_000_000 } };
    const less = { decrease_allowance: { spender, amount: "4" } };
    const left = (allowance: string) => ({ spender, owner: a.address, allowance });
    const given = await a.tx.snip20.increaseAllowance({ ...message(a), msg: more }, options);
    expect(answerOf(given)).toEqual({ increase_allowance: left("9") });
    const taken = await a.tx.snip20.decreaseAllowance({ ...message(a), msg: less }, options);
    expect(answerOf(taken)).toEqual({ decrease_allowance: left("5") });
    for (const [client, key] of [
      [a, "key of a"],
      [c, "key of c"],
    ] as const) {
      const asked = { contract: contractOf(network.token), owner: a.address, spender, auth: { key } };
      const { allowance } = await client.query.snip20.GetAllowance(asked);
      expect(allowance).toEqual({ ...left("5"), expiration: 4_000_000_000 });
    }
    const received = { allowances_received: { spender, key: "key of c", page_size: 5 } };
    const { allowances_received } = await ask<{ allowances_received: object }>(c, network.token, received);
    expect(allowances_received).toMatchObject({ count: 1, allowances: [{ owner: a.address, allowance: "5" }] });
  });

  it("set a viewing key, and the old one opens nothing more", async () => {
    const set_viewing_key = { key: "another key" };
    const tx = await b.tx.snip20.setViewingKey({ ...message(b), msg: { set_viewing_key } }, options);
    expect(answerOf(tx)).toEqual(success("set_viewing_key"));
    const asked = { contract: contractOf(network.token), address: b.address };
    expect(await b.query.snip20.getBalance({ ...asked, auth: { key: "another key" } })).toHaveProperty("balance");
    const old = await b.query.snip20.getBalance({ ...asked, auth: { key: "key of b" } });
    expect(old).toEqual({
      viewing_key_error: { msg: "Wrong viewing key for this address or viewing key not set" },
    });
    await succeed(b, network.token, { set_viewing_key: { key: "key of b" } });
  });
});

describe("batches", () => {
  it("move everything", async () => {
    const actions = [
      { recipient: b.address, amount: "1", memo: "one" },
      { recipient: c.address, amount: "2" },
      { recipient: b.address, amount: "3" },
    ];
    for (const name of ["batch_transfer", "batch_send", "batch_mint"]) {
      const deltas = await moved(["a", "b", "c"], async () => {
        expect(answerOf(await succeed(a, network.token, { [name]: { actions } }))).toEqual(success(name));
      });
      expect(deltas).toEqual([name === "batch_mint" ? 0 : -6, 4, 2]);
    }
    await succeed(a, network.token, { increase_allowance: { spender: b.address, amount: "20" } });
    const allowed = actions.map((action) => ({ ...action, owner: a.address }));
    for (const name of ["batch_transfer_from", "batch_send_from"]) {
      const deltas = await moved(["a", "b", "c"], async () => {
        expect(answerOf(await succeed(b, network.token, { [name]: { actions: allowed } }))).toEqual(success(name));
      });
      expect(deltas).toEqual([-6, 4, 2]);
    }
    const burns = [1, 2].map((amount) => ({ owner: a.address, amount: `${amount}` }));
    const before = await supply();
    const deltas = await moved(["a"], () => succeed(b, network.token, { batch_burn_from: { actions: burns } }));
    expect([deltas, await supply()]).toEqual([[-3], before - 3]);
  });

  it("move nothing when one of them cannot be", async () => {
    const good = { owner: a.address, recipient: b.address, amount: "1" };
    const bad = { ...good, amount: `${10 * INITIAL}` };
    const deltas = await moved(["a", "b"], async () => {
      for (const name of ["batch_transfer", "batch_send"]) {
        expect(await refusal(a, network.token, { [name]: { actions: [good, bad] } })).toContain("insufficient funds");
      }
      for (const name of ["batch_transfer_from", "batch_send_from", "batch_burn_from"]) {
        const reason = await refusal(b, network.token, { [name]: { actions: [good, bad] } });
        expect(reason).toContain("insufficient allowance");
      }
      const nowhere = { recipient: "secret1nowhere", amount: "1" };
      await refusal(a, network.token, { batch_mint: { actions: [good, nowhere] } });
    });
    expect(deltas).toEqual([0, 0]);
  });
});

describe("coins", () => {
  it("become tokens and coins again; holdings and supply follow", async () => {
    const { address } = network.token;
    const [coins, total] = [await coinsOf(b, address), await supply()];
    const deltas = await moved(["b"], async () => {
      expect(answerOf(await succeed(b, network.token, { deposit: {} }, "500"))).toEqual(success("deposit"));
    });
    expect([deltas, await coinsOf(b, address), await supply()]).toEqual([[500], coins + 500n, total + 500]);
    const mine = await coinsOf(b, b.address);
    const tx = await succeed(b, network.token, { redeem: { amount: "200", denom: "uscrt" } });
    expect(answerOf(tx)).toEqual(success("redeem"));
    expect(await coinsOf(b, b.address)).toBe(mine - feeOf(tx) + 200n);
    expect([await coinsOf(b, address), await supply()]).toEqual([coins + 300n, total + 300]);
  });

  it("are never paid out that are not there, and never kept by other messages", async () => {
    const holdings = await coinsOf(a, network.token.address);
    const deltas = await moved(["a"], async () => {
      // The tokens of the start have no coins behind them.
      const reason = await refusal(a, network.token, { redeem: { amount: `${INITIAL / 2}` } });
      expect(reason).toContain("insufficient funds");
      const transfer = { recipient: b.address, amount: "1" };
      expect(await refusal(a, network.token, { transfer }, "7")).toContain("only deposit takes coins");
      expect(await refusal(a, network.token, { redeem: { amount: "1", denom: "uatom" } })).toContain("not paid out");
      expect(await refusal(a, network.token, { deposit: {} })).toContain("no coins were sent");
    });
    expect([deltas, await coinsOf(a, network.token.address)]).toEqual([[0], holdings]);
  });
});

describe("minting and burning", () => {
  it("change balances and supply by the same", async () => {
    const total = await supply();
    const deltas = await moved(["a", "b"], async () => {
      const minted = await succeed(a, network.token, { mint: { recipient: b.address, amount: "50", memo: "gift" } });
      expect(answerOf(minted)).toEqual(success("mint"));
      expect(answerOf(await succeed(b, network.token, { burn: { amount: "20" } }))).toEqual(success("burn"));
      await succeed(a, network.token, { increase_allowance: { spender: b.address, amount: "5" } });
      const burned = await succeed(b, network.token, { burn_from: { owner: a.address, amount: "5" } });
      expect(answerOf(burned)).toEqual(success("burn_from"));
    });
    expect([deltas, await supply()]).toEqual([[-5, 30], total + 25]);
  });

  it("is for minters, whom the admin appoints", async () => {
    const mint = { mint: { recipient: b.address, amount: "1" } };
    expect(await refusal(b, network.token, mint)).toContain("only a minter may mint");
    expect(await refusal(b, network.token, { add_minters: { minters: [b.address] } })).toContain("only the admin");
    await succeed(a, network.token, { add_minters: { minters: [b.address] } });
    await succeed(b, network.token, mint);
    await succeed(a, network.token, { remove_minters: { minters: [b.address] } });
    expect(await refusal(b, network.token, mint)).toContain("only a minter may mint");
  });
});

describe("allowances", () => {
  it("end at the block time that they name", async () => {
    const { block } = await a.query.tendermint.getLatestBlock({});
    const now = Math.floor(Date.parse(String(block?.header?.time)) / 1000);
    const transfer_from = { owner: a.address, recipient: c.address, amount: "1" };
    const give = (expiration: number) =>
      succeed(a, network.token, { increase_allowance: { spender: c.address, amount: "3", expiration } });
    await give(now - 1);
    const reason = await refusal(c, network.token, { transfer_from });
    expect(reason).toContain("insufficient allowance: allowance=0, required=1");
    await give(now + 1000);
    await succeed(c, network.token, { transfer_from });
    expect(await refusal(c, network.token, { send_from: { ...transfer_from, amount: "3" } })).toContain("allowance=2");
  });
});

describe("a stopped token", () => {
  it("lets holders out, or nobody, until it runs again", async () => {
    const level = (name: string) => succeed(a, network.token, { set_contract_status: { level: name } });
    const redeem = { redeem: { amount: "1" } };
    const stopped = "this contract is stopped and this action is not allowed";
    await level("stop_all_but_redeems");
    expect(await ask(a, network.token, { contract_status: {} })).toEqual({
      contract_status: { status: "stop_all_but_redeems" },
    });
    await succeed(b, network.token, redeem);
    expect(await refusal(b, network.token, { deposit: {} }, "5")).toContain(stopped);
    await level("stop_all");
    expect(await refusal(b, network.token, redeem)).toContain(stopped);
    await level("normal_run");
    await succeed(b, network.token, redeem);
  });
});
