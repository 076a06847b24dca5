/**
 * When blocks are made, how many transactions may wait for one, and what the faucet and the servers answer.
 * @module
 */
import { describe, expect, it } from "vitest";
import { rest, rpc, rpcBatch } from "../../bench/lib/nodes.mjs";
import { BenchWallet, multiSend } from "../../bench/lib/wallets.mjs";
import { lifecycle } from "../support/lifecycle.ts";
import { type Localnet, MNEMONICS } from "../support/localnet.ts";
import { becomesTrue } from "../support/processes.ts";

const { start } = lifecycle("blocks");

const recipient = BenchWallet.numbered(3);

function signed(wallet: BenchWallet, count: number): Uint8Array[] {
  return Array.from({ length: count }, () => wallet.sign([multiSend(wallet, [recipient], "1")], 50_000n));
}

/** Broadcasts in order, as few requests as the server takes; returns the answers. */
async function broadcast(net: Localnet, txs: readonly Uint8Array[]): Promise<{ code: number; hash: string }[]> {
  const answers = [];
  for (let i = 0; i < txs.length; i += 60) {
    const calls = txs.slice(i, i + 60).map((tx) => ({
      method: "broadcast_tx_sync",
      params: { tx: Buffer.from(tx).toString("base64") },
    }));
    answers.push(...(await rpcBatch(net.ready, calls)));
  }
  return answers;
}

async function balance(net: Localnet, address: string): Promise<number> {
  const answer = await rest(net.ready, `/cosmos/bank/v1beta1/balances/${address}/by_denom?denom=uscrt`);
  return Number((answer as { balance: { amount: string } }).balance.amount);
}

async function height(net: Localnet): Promise<number> {
  return Number((await rpc(net.ready, "status")).sync_info.latest_block_height);
}

describe("120 transactions of one account in sequence", () => {
  it("wait together in manual mode, and commit when a block is asked for", async () => {
    const net = await start(["--ephemeral", "--block-time", "manual"]);
    expect(net.ready.height).toBe(1);
    const wallet = await BenchWallet.fromMnemonic(MNEMONICS.a).load(net.ready);
    const answers = await broadcast(net, signed(wallet, 120));
    expect(answers.filter(({ code }) => code !== 0)).toEqual([]);
    expect(await rpc(net.ready, "num_unconfirmed_txs")).toMatchObject({ total: "120" });
    // The control of the sequence: the same one once more is refused.
    wallet.sequence = 5n;
    const other = wallet.sign([multiSend(wallet, [recipient], "2")], 50_000n);
    expect((await broadcast(net, [other]))[0]).toMatchObject({ code: 32 });
    expect(await height(net)).toBe(1);
    expect(await balance(net, recipient.text)).toBe(0);
    expect(await rpc(net.ready, "unsafe_produce_block")).toEqual({ height: "2" });
    expect(await balance(net, recipient.text)).toBe(120);
    expect(await height(net)).toBe(2);
  });

  it("all commit in auto mode", async () => {
    const net = await start();
    const wallet = await BenchWallet.fromMnemonic(MNEMONICS.b).load(net.ready);
    const answers = await broadcast(net, signed(wallet, 120));
    expect(answers.filter(({ code }) => code !== 0)).toEqual([]);
    expect(await becomesTrue(async () => (await balance(net, recipient.text)) === 120, 20_000)).toBe(true);
    for (const { hash } of answers) {
      const found = await rest(net.ready, `/cosmos/tx/v1beta1/txs/${hash}`);
      expect(found).toMatchObject({ tx_response: { code: 0 } });
    }
    expect((await BenchWallet.fromMnemonic(MNEMONICS.b).load(net.ready)).sequence).toBe(120n);
    expect(await rpc(net.ready, "num_unconfirmed_txs")).toMatchObject({ total: "0" });
    // Only where nothing else makes blocks.
    await expect(rpc(net.ready, "unsafe_produce_block")).rejects.toThrow("--block-time manual");
  });
});

describe("an interval", () => {
  it("makes blocks without transactions", async () => {
    const net = await start(["--ephemeral", "--block-time", "200ms"]);
    expect(net.ready.height).toBe(1);
    expect(await becomesTrue(async () => (await height(net)) >= 4, 10_000)).toBe(true);
    const { header } = (await rpc(net.ready, "block", { height: "3" })).block;
    const before = (await rpc(net.ready, "block", { height: "2" })).block.header;
    expect(Date.parse(header.time) - Date.parse(before.time)).toBeGreaterThan(100);
  });

  it("holds transactions for the next block, and does not hold the start", async () => {
    const net = await start(["--ephemeral", "--block-time", "2s"]);
    const wallet = await BenchWallet.fromMnemonic(MNEMONICS.a).load(net.ready);
    await broadcast(net, signed(wallet, 3));
    expect(await rpc(net.ready, "num_unconfirmed_txs")).toMatchObject({ total: "3" });
    expect(await balance(net, recipient.text)).toBe(0);
    expect(await becomesTrue(async () => (await balance(net, recipient.text)) === 3, 10_000)).toBe(true);
    const found = await rpc(net.ready, "tx_search", { query: "tx.height>0" });
    expect(new Set(found.txs.map((tx: { height: string }) => tx.height)).size).toBe(1);
  });
});

describe("auto mode", () => {
  it("makes no block while nothing is wanted, and at once when something is", async () => {
    const net = await start();
    // One block may still follow the first, to prove it.
    await becomesTrue(async () => (await height(net)) >= 2, 1_000);
    const before = await height(net);
    const wallet = await BenchWallet.fromMnemonic(MNEMONICS.a).load(net.ready);
    for (let i = 0; i < 50; i++) await rpc(net.ready, "health");
    expect(await height(net)).toBe(before);
    await broadcast(net, signed(wallet, 1));
    expect(await becomesTrue(async () => (await height(net)) > before, 5_000)).toBe(true);
  });
});

describe("the faucet", () => {
  const ask = async (net: Localnet, path: string, init?: RequestInit) => {
    const response = await fetch(net.ready.faucet + path, init);
    return { status: response.status, body: (await response.json()) as Readonly<Record<string, string>> };
  };

  it("gives coins, also to two at a time", async () => {
    const net = await start();
    const { status, body } = await ask(net, "/status");
    expect([status, Object.keys(body)]).toEqual([200, ["faucet_address", "amount"]]);
    const [one, two] = [BenchWallet.numbered(11), BenchWallet.numbered(12)];
    const answers = await Promise.all([
      ask(net, `/faucet?address=${one.text}`),
      ask(net, `/faucet?address=${two.text}`),
      ask(net, `/faucet?address=${one.text}`, { method: "POST" }),
    ]);
    const hashes = answers.map((answer) => answer.body.txhash);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(new Set(hashes).size).toBe(3);
    const amount = Number(body.amount);
    expect(await becomesTrue(async () => (await balance(net, one.text)) === 2 * amount, 10_000)).toBe(true);
    expect(await balance(net, two.text)).toBe(amount);
    for (const hash of hashes) {
      const found = await rest(net.ready, `/cosmos/tx/v1beta1/txs/${hash}`);
      expect(found).toMatchObject({ tx_response: { code: 0, txhash: hash } });
    }
  });

  it("goes on when its account is used by somebody else", async () => {
    const net = await start();
    const wallet = await BenchWallet.fromMnemonic(MNEMONICS.a).load(net.ready);
    const to = BenchWallet.numbered(13);
    expect(await ask(net, `/faucet?address=${to.text}`)).toMatchObject({ status: 200 });
    wallet.sequence = 1n;
    expect(await becomesTrue(async () => (await balance(net, to.text)) > 0, 10_000)).toBe(true);
    await broadcast(net, signed(wallet, 2));
    expect(await becomesTrue(async () => (await balance(net, recipient.text)) === 2, 10_000)).toBe(true);
    expect(await ask(net, `/faucet?address=${to.text}`)).toMatchObject({ status: 200 });
  });

  it("refuses what is no address, and gives nothing", async () => {
    const net = await start();
    for (const [path, expected] of [
      ["/faucet", 400],
      ["/faucet?address=", 400],
      ["/faucet?address=%ff", 500],
      ["/faucet?address=nonsense", 500],
      ["/faucet?address=cosmos1ap26qrlp8mcq2pg6r47w43l0y8zkqm8ap6fy9g", 500],
      ["/faucet?address=secret1ap26qrlp8mcq2pg6r47w43l0y8zkqm8a450s04", 500],
      [`/faucet?address=${"secret1".padEnd(5000, "q")}`, 500],
    ] as const) {
      const { status, body } = await ask(net, path);
      expect([path, status, Object.keys(body)]).toEqual([path, expected, ["error"]]);
      expect(body.error).toMatch(/^.{4,200}$/);
    }
    expect(await rpc(net.ready, "num_unconfirmed_txs")).toMatchObject({ total: "0" });
    expect((await BenchWallet.fromMnemonic(MNEMONICS.a).load(net.ready)).sequence).toBe(0n);
  });
});

describe("an error", () => {
  const STACK = /\bat .+:\d+:\d+|node_modules|\.ts\b|\.mjs\b/;

  it("of the REST server is code, message, details", async () => {
    const { ready } = await start();
    const address = BenchWallet.numbered(1).text;
    for (const [status, code, path, init] of [
      [501, 12, "/nonsense"],
      [501, 12, "/cosmos/tx/v1beta1/txs", { method: "DELETE" }],
      [400, 3, "/cosmos/bank/v1beta1/balances/nonsense"],
      [400, 3, `/cosmos/bank/v1beta1/balances/${address}?pagination.limit=nonsense`],
      [404, 5, `/cosmos/auth/v1beta1/accounts/${address}`],
      [404, 5, `/cosmos/tx/v1beta1/txs/${"AB".repeat(32)}`],
      [404, 5, "/cosmos/tx/v1beta1/txs/nonsense"],
      [400, 3, "/cosmos/tx/v1beta1/txs", { method: "POST", body: "{" }],
      [400, 3, "/cosmos/tx/v1beta1/txs", { method: "POST", body: "{}" }],
    ] as const) {
      const response = await fetch(ready.rest + path, init);
      const text = await response.text();
      const body = JSON.parse(text) as { code: number };
      expect([path, init?.method, response.status, body.code]).toEqual([path, init?.method, status, code]);
      expect(Object.keys(body)).toEqual(["code", "message", "details"]);
      expect(text).not.toMatch(STACK);
    }
  });

  it("of the RPC server is one of JSON-RPC", async () => {
    const { ready } = await start();
    const post = (body: unknown) => ({ method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });
    const call = (method: unknown, params?: unknown) => post({ jsonrpc: "2.0", id: 1, method, params });
    for (const [code, path, init] of [
      [-32601, "/nonsense"],
      [-32601, "/", call("nonsense")],
      [-32601, "/", call("constructor")],
      [-32700, "/", post("{")],
      [-32600, "/", post("1")],
      [-32600, "/", post(Array.from({ length: 101 }, () => ({})))],
      [-32602, "/", call("block", { height: {} })],
      [-32602, "/", call("block", "nonsense")],
      [-32602, "/block?height=nonsense"],
      [-32603, "/block?height=999999"],
      [-32603, "/", call("tx", { hash: Buffer.alloc(32).toString("base64") })],
    ] as const) {
      const response = await fetch(ready.rpc + path, init);
      const text = await response.text();
      const body = JSON.parse(text) as { jsonrpc: string; error: { code: number } };
      expect([path, init?.body.slice(0, 80), body.error.code]).toEqual([path, init?.body.slice(0, 80), code]);
      expect(body.jsonrpc).toBe("2.0");
      expect(Object.keys(body.error)).toEqual(["code", "message", "data"]);
      expect(text).not.toMatch(STACK);
    }
  });
});
