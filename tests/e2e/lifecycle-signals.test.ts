/**
 * Signals end the built command in order: at rest, under load, while it starts, and when its enclave does not answer.
 * @module
 */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BenchWallet, multiSend } from "../../bench/lib/wallets.mjs";
import { lifecycle } from "../support/lifecycle.ts";
import { ANY_PORTS, type Localnet, MNEMONICS } from "../support/localnet.ts";
import { becomesTrue, below, childrenOf, isRunning, startCommand, timed } from "../support/processes.ts";

const { folder, TMPDIR, start, expectNothingLeft } = lifecycle("signals");
const SHUTDOWN_MS = 5_000;

async function get(url: string): Promise<unknown> {
  const response = await fetch(url);
  return response.json();
}

async function broadcastAsync(net: Localnet, tx: Uint8Array): Promise<void> {
  const body = {
    jsonrpc: "2.0",
    id: 1,
    method: "broadcast_tx_async",
    params: { tx: Buffer.from(tx).toString("base64") },
  };
  await fetch(net.ready.rpc, { method: "POST", body: JSON.stringify(body) });
}

describe("a signal", () => {
  it.each([
    ["SIGTERM", 0],
    ["SIGINT", 130],
    ["SIGHUP", 129],
  ] as const)("%s ends an idle node with exit code %i", async (signal, expected) => {
    const net = await start();
    const { ms, value } = await timed(net.stop(signal));
    expect([value.code, value.signal, value.stderr]).toEqual([expected, null, ""]);
    expect(ms).toBeLessThan(SHUTDOWN_MS);
    await expectNothingLeft(net);
  });

  it.each([
    ["SIGTERM", 0],
    ["SIGINT", 130],
  ] as const)("%s ends a node that makes blocks, and loses none", async (signal, expected) => {
    const home = join(folder, `load-${signal}`);
    const net = await start(["--home", home]);
    const wallet = await BenchWallet.fromMnemonic(MNEMONICS.a).load(net.ready);
    const recipient = BenchWallet.numbered(1);
    const shown = async (): Promise<number> => {
      const answer = await get(`${net.ready.rest}/cosmos/bank/v1beta1/balances/${recipient.text}/by_denom?denom=uscrt`);
      return Number((answer as { balance: { amount: string } }).balance.amount);
    };
    for (let i = 0; i < 60; i++)
      await broadcastAsync(net, wallet.sign([multiSend(wallet, [recipient], "1")], 100_000n));
    expect(await becomesTrue(async () => (await shown()) > 0, 10_000)).toBe(true);
    for (let i = 0; i < 60; i++)
      await broadcastAsync(net, wallet.sign([multiSend(wallet, [recipient], "1")], 100_000n));
    const before = await shown();
    const { ms, value } = await timed(net.stop(signal));
    expect([value.code, value.signal, value.stderr]).toEqual([expected, null, ""]);
    expect(ms).toBeLessThan(SHUTDOWN_MS);
    await expectNothingLeft(net);
    const again = await start(["--home", home]);
    const { sequence } = await BenchWallet.fromMnemonic(MNEMONICS.a).load(again.ready);
    const balance = await get(
      `${again.ready.rest}/cosmos/bank/v1beta1/balances/${recipient.text}/by_denom?denom=uscrt`,
    );
    expect(balance).toMatchObject({ balance: { amount: sequence.toString() } });
    expect(Number(sequence)).toBeGreaterThanOrEqual(before);
  });

  it("ends a node with waiting transactions", async () => {
    const net = await start(["--ephemeral", "--block-time", "3600s"]);
    const wallet = await BenchWallet.fromMnemonic(MNEMONICS.a).load(net.ready);
    for (let i = 0; i < 5; i++) await broadcastAsync(net, wallet.sign([multiSend(wallet, [wallet], "1")], 100_000n));
    expect(
      await becomesTrue(async () => {
        const answer = (await get(`${net.ready.rpc}/num_unconfirmed_txs`)) as { result: { total: string } };
        return answer.result.total === "5";
      }, 10_000),
    ).toBe(true);
    expect(await net.stop()).toMatchObject({ code: 0, stderr: "" });
    await expectNothingLeft(net);
  });

  it("twice is as good as once", async () => {
    const net = await start();
    net.process.kill("SIGINT");
    expect(await net.stop("SIGINT")).toMatchObject({ code: 130, signal: null });
    await expectNothingLeft(net);
  });

  it.each([
    ["SIGTERM", 0],
    ["SIGINT", 130],
  ] as const)("%s to the whole process group ends the node in order", async (signal, expected) => {
    const net = await start(["--ephemeral"], { group: true });
    process.kill(-net.ready.pid, signal);
    expect(await net.exited).toMatchObject({ code: expected, signal: null, stderr: "" });
    await expectNothingLeft(net);
  });

  it("ends a node whose enclave does not answer", async () => {
    const net = await start();
    process.kill(net.ready.enclave_pid, "SIGSTOP");
    const wallet = await BenchWallet.fromMnemonic(MNEMONICS.a).load(net.ready);
    await broadcastAsync(net, wallet.sign([multiSend(wallet, [wallet], "1")], 100_000n));
    const { ms, value } = await timed(net.stop());
    expect(value).toMatchObject({ code: 0, signal: null });
    expect(ms).toBeLessThan(SHUTDOWN_MS);
    await expectNothingLeft(net);
  });

  it.each([0, 200, 400, 700])("during the start (folder made, %i ms later) leaves nothing behind", async (ms) => {
    const { process: child, ended } = startCommand(["localnet", "--ephemeral", "--json", ...ANY_PORTS], {
      env: { TMPDIR },
    });
    await becomesTrue(() => below(TMPDIR).length > 0, 10_000);
    await new Promise((later) => setTimeout(later, ms));
    const children = childrenOf(child.pid as number);
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: 0, signal: null, stderr: "" });
    expect(children.filter(isRunning)).toEqual([]);
    expect(below(TMPDIR)).toEqual([]);
  });
});
