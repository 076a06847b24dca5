/**
 * Contracts that tokens are sent to, on the real network: told by the token, across both interfaces and both ways, and
 * all undone when one of them refuses.
 * @module
 */
import type { SecretNetworkClient } from "secretjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Deployed, deploy } from "../../tests/support/localnet.ts";
import { ask, balanceOf, coinsOf, feeOf, type Network, refusal, startWithToken, succeed } from "./support/network.ts";

let network: Network;
let token: Deployed;
let a: SecretNetworkClient;
let b: SecretNetworkClient;
/** On the v1 interface; registered with the token. */
let receiver: Deployed;
/** On the v0.10 interface; registers itself when it is made. */
let vault: Deployed;

beforeAll(async () => {
  network = await startWithToken();
  ({ token } = network);
  ({ a, b } = network.accounts);
  receiver = await deploy(a, "receiver", {});
  await know(receiver);
  await succeed(a, receiver, { register: { token: token.address } });
  vault = await deploy(a, "v010-vault", {
    token: token.address,
    token_code_hash: token.codeHash,
    viewing_key: "key of the vault",
  });
});

afterAll(async () => {
  await network?.net.stop();
});

const know = (contract: Deployed) =>
  succeed(a, contract, { know: { token: token.address, code_hash: token.codeHash, viewing_key: "key of a contract" } });

const base64 = (msg: unknown) => Buffer.from(JSON.stringify(msg)).toString("base64");

interface Received {
  readonly times: number;
  readonly total: string;
  readonly last: object | null;
}

const told = (contract = receiver) => ask<Received>(a, contract, { received: { token: token.address } });

/** What the token says of a receiver's balance, asked by the receiver. */
async function held(contract = receiver): Promise<number> {
  return Number((await ask<{ amount: string }>(a, contract, { balance: { token: token.address } })).amount);
}

async function holdings() {
  const { tokens, coins } = await ask<{ tokens: string; coins: string }>(a, vault, { get_holdings: {} });
  return { tokens: Number(tokens), coins: Number(coins) };
}

async function share(account: string): Promise<number> {
  return Number((await ask<{ amount: string }>(a, vault, { get_share: { account } })).amount);
}

/** Everything that a send could change. */
async function everything() {
  return {
    balances: [await balanceOf(network, "a"), await balanceOf(network, "b")],
    receiver: [await told(), await held()],
    vault: [await holdings(), await share(a.address), await share(b.address)],
  };
}

const sendTo = (recipient: Deployed, amount: number, instruction?: object) => ({
  send: {
    recipient: recipient.address,
    amount: `${amount}`,
    memo: "for you",
    ...(instruction === undefined ? {} : { msg: base64(instruction) }),
  },
});

describe("a receiver on the same interface", () => {
  it("is told who sent whose tokens, how many, and what came with them", async () => {
    await succeed(a, token, sendTo(receiver, 10));
    const plain = { sender: a.address, from: a.address, amount: "10", memo: "for you", msg: null };
    expect(await told()).toEqual({ times: 1, total: "10", last: plain });
    await succeed(a, token, { increase_allowance: { spender: b.address, amount: "5" } });
    const { send } = sendTo(receiver, 5, { keep: {} });
    await succeed(b, token, { send_from: { ...send, owner: a.address } });
    const last = { sender: b.address, from: a.address, amount: "5", memo: "for you", msg: base64({ keep: {} }) };
    expect(await told()).toEqual({ times: 2, total: "15", last });
    expect(await held()).toBe(15);
  });

  it("is told nothing by a transfer, and of every send of a batch", async () => {
    const before = await told();
    await succeed(a, token, { transfer: { recipient: receiver.address, amount: "1" } });
    expect(await told()).toEqual(before);
    const actions = [1, 2, 3].map((amount) => sendTo(receiver, amount).send);
    await succeed(a, token, { batch_send: { actions } });
    expect(await told()).toMatchObject({ times: before.times + 3, total: `${Number(before.total) + 6}` });
  });

  it("is found by the code hash in the send, whether it is registered or not", async () => {
    const stranger = await deploy(a, "receiver", {});
    await know(stranger);
    await succeed(a, token, sendTo(stranger, 2));
    expect(await told(stranger)).toEqual({ times: 0, total: "0", last: null });
    const { send } = sendTo(stranger, 3);
    await succeed(a, token, { send: { ...send, recipient_code_hash: stranger.codeHash } });
    expect(await told(stranger)).toMatchObject({ times: 1, total: "3" });
    expect(await held(stranger)).toBe(5);
    const wrong = { send: { ...send, recipient_code_hash: "ab".repeat(32) } };
    expect(await refusal(a, token, wrong)).toContain("failed to validate transaction");
    expect(await held(stranger)).toBe(5);
  });

  it("sends tokens back within the same transaction", async () => {
    const before = await everything();
    await succeed(a, token, sendTo(receiver, 25, { send_back: {} }));
    const { times } = await told();
    expect(times).toBe((before.receiver[0] as Received).times + 1);
    expect([await balanceOf(network, "a"), await held()]).toEqual([before.balances[0], before.receiver[1]]);
    const key = "key of a";
    const asked = { transfer_history: { address: a.address, key, page_size: 2 } };
    const { transfer_history } = await ask<{ transfer_history: { txs: readonly object[] } }>(a, token, asked);
    expect(transfer_history.txs).toMatchObject([
      { from: receiver.address, receiver: a.address },
      { from: a.address, receiver: receiver.address },
    ]);
  });

  it("undoes the whole transaction when it refuses or panics", async () => {
    const before = await everything();
    expect(await refusal(a, token, sendTo(receiver, 9, { fail: { text: "not today" } }))).toContain("not today");
    expect(await refusal(a, token, sendTo(receiver, 9, { panic: {} }))).toContain("the contract panicked");
    const good = sendTo(receiver, 4).send;
    const actions = [good, sendTo(vault, 4).send, sendTo(receiver, 9, { fail: { text: "not today" } }).send];
    expect(await refusal(a, token, { batch_send: { actions } })).toContain("not today");
    expect(await everything()).toEqual(before);
  });

  it("believes no account that says it were a token", async () => {
    const before = await told();
    const receive = { sender: b.address, from: b.address, amount: "1000000" };
    expect(await refusal(b, receiver, { receive })).toContain("is not a token that this contract knows");
    expect(await told()).toEqual(before);
  });

  it("spends what it is allowed and sends what it has, for its owner alone", async () => {
    const before = await held();
    await succeed(b, token, { deposit: {} }, "30");
    const draw = { token: token.address, from: b.address, amount: "30" };
    expect(await refusal(a, receiver, { draw })).toContain("insufficient allowance");
    await succeed(b, token, { increase_allowance: { spender: receiver.address, amount: "30" } });
    expect(await refusal(b, receiver, { draw })).toContain("only the owner");
    await succeed(a, receiver, { draw });
    expect([await held(), await balanceOf(network, "b")]).toEqual([before + 30, 0]);
    await succeed(a, receiver, { send: { token: token.address, recipient: b.address, amount: "30" } });
    expect([await held(), await balanceOf(network, "b")]).toEqual([before, 30]);
  });
});

describe("a vault on the older interface", () => {
  it("is told by the token, and asks the token what it holds", async () => {
    const before = await holdings();
    const tx = await succeed(a, token, sendTo(vault, 40));
    await succeed(a, token, sendTo(vault, 2, { for: { account: b.address } }));
    expect(await share(a.address)).toBe(40);
    expect(await share(b.address)).toBe(2);
    expect(await holdings()).toEqual({ ...before, tokens: before.tokens + 42 });
    // What it logs of it is decrypted by who sent the tokens.
    expect(tx.arrayLog?.find(({ key }) => key === "credited")?.value).toBe(a.address);
  });

  it("pays out, to an account and to a receiver on the newer interface, which is told", async () => {
    const before = await everything();
    await succeed(a, vault, { withdraw: { amount: "5", recipient: b.address } });
    const msg = base64({ keep: {} });
    await succeed(a, vault, { withdraw: { amount: "7", recipient: receiver.address, msg } });
    expect(await balanceOf(network, "b")).toBe((before.balances[1] as number) + 5);
    expect((await told()).last).toEqual({ sender: vault.address, from: vault.address, amount: "7", memo: null, msg });
    expect(await share(a.address)).toBe((before.vault[1] as number) - 12);
  });

  it("undoes the whole transaction when it refuses, or what it calls does", async () => {
    const before = await everything();
    const failing = { fail: { text: "the vault is shut" } };
    expect(await refusal(a, token, sendTo(vault, 9, failing))).toContain("the vault is shut");
    const shut = { amount: "3", recipient: receiver.address, msg: base64({ fail: { text: "not today" } }) };
    expect(await refusal(a, vault, { withdraw: shut })).toContain("not today");
    expect(await refusal(b, vault, { withdraw: { amount: "1000", recipient: b.address } })).toContain("underflow");
    const receive = { sender: b.address, from: b.address, amount: "1000000" };
    expect(await refusal(b, vault, { receive })).toContain("unauthorized");
    expect(await everything()).toEqual(before);
  });

  it("turns coins into tokens and back", async () => {
    const before = await everything();
    await succeed(b, vault, { wrap: {} }, "60");
    expect(await share(b.address)).toBe((before.vault[2] as number) + 60);
    const { tokens, coins } = await holdings();
    expect([tokens, coins]).toEqual([(before.vault[0] as { tokens: number }).tokens + 60, 0]);
    const mine = await coinsOf(b, b.address);
    const tx = await succeed(b, vault, { unwrap: { amount: "60" } });
    expect(await coinsOf(b, b.address)).toBe(mine - feeOf(tx) + 60n);
    expect(await everything()).toEqual(before);
    expect(await refusal(b, vault, { wrap: {} })).toContain("wrap takes uscrt");
  });
});
