/**
 * A block that takes long holds up neither queries nor CheckTx: both run where its execution waits (ADR 0002).
 * @module
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { rest, rpc, rpcBatch } from "../../bench/lib/nodes.mjs";
import { BenchWallet, eventValue, instantiate, multiSend, storeCode } from "../../bench/lib/wallets.mjs";
import { lifecycle } from "../support/lifecycle.ts";
import { type Localnet, MNEMONICS } from "../support/localnet.ts";

const { start } = lifecycle("busy-block");
const wasm = new Uint8Array(
  readFileSync(fileURLToPath(new URL("../../contracts/artifacts/counter.wasm", import.meta.url))),
);

/** Calls in the long block; each takes a millisecond or more. */
const CALLS = 200;

let net: Localnet;
let caller: BenchWallet;
let network: { ioPublicKey: Uint8Array };
let contract: { codeHash: string; address: string };

async function broadcast(txs: readonly Uint8Array[]): Promise<void> {
  for (let i = 0; i < txs.length; i += 60) {
    const calls = txs.slice(i, i + 60).map((tx) => ({
      method: "broadcast_tx_sync",
      params: { tx: Buffer.from(tx).toString("base64") },
    }));
    const answers: { code: number; log: string }[] = await rpcBatch(net.ready, calls);
    expect(answers.filter(({ code }) => code !== 0)).toEqual([]);
  }
}

const produce = (): Promise<{ height: string }> => rpc(net.ready, "unsafe_produce_block");

/** Commits one transaction and returns its result. */
async function commit(tx: Uint8Array) {
  await broadcast([tx]);
  const { height } = await produce();
  const { txs_results } = await rpc(net.ready, "block_results", { height });
  expect(txs_results[0]).toMatchObject({ code: 0 });
  return { tx_result: txs_results[0] };
}

const count = async () => (await caller.query(net.ready, network, contract, { get_count: {} })).count;

async function prepare(): Promise<void> {
  net = await start(["--ephemeral", "--block-time", "manual"]);
  caller = await BenchWallet.fromMnemonic(MNEMONICS.a).load(net.ready);
  const { key } = await rest(net.ready, "/registration/v1beta1/tx-key");
  network = { ioPublicKey: new Uint8Array(Buffer.from(key, "base64")) };
  const codeId = eventValue(await commit(caller.sign([storeCode(caller, wasm)], 5_000_000n)), "message", "code_id");
  const { code_hash: codeHash } = await rest(net.ready, `/compute/v1beta1/code_hash/by_code_id/${codeId}`);
  const init = instantiate(caller, network, codeId, codeHash, "busy", { count: 7 });
  const made = await commit(caller.sign([init], 1_000_000n));
  contract = { codeHash, address: eventValue(made, "message", "contract_address") };
}

describe("while a block with many calls executes", () => {
  it("queries of the committed state are answered, and transactions enter the mempool", async () => {
    await prepare();
    const call = () => caller.sign([caller.execute(network, contract, { increment: {} })], 100_000n);
    await broadcast(Array.from({ length: CALLS }, call));
    const order: string[] = [];
    const note = <T>(name: string, work: Promise<T>): Promise<T> => work.finally(() => order.push(name));

    const block = note("block", produce());
    const other = await BenchWallet.fromMnemonic(MNEMONICS.b).load(net.ready);
    const sent = note("transaction", broadcast([other.sign([multiSend(other, [caller], "1")], 100_000n)]));
    const seen = await note("query", count());
    await sent;
    const { height } = await block;

    expect(order.at(-1)).toBe("block");
    expect(seen).toBe(7);
    expect(await count()).toBe(7 + CALLS);
    const { txs_results } = await rpc(net.ready, "block_results", { height });
    expect(txs_results).toHaveLength(CALLS);
    const next = await produce();
    expect((await rpc(net.ready, "block_results", { height: next.height })).txs_results).toHaveLength(1);
  });
});
