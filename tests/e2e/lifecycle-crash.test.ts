/**
 * Deaths: of the enclave, of the node, of a call that does not come back. What anybody has been shown survives all of them.
 * @module
 */
import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { toUpperHex } from "@enclavenet/common";
import { describe, expect, it } from "vitest";
import { rpcBatch, startNode } from "../../bench/lib/nodes.mjs";
import { BenchWallet, multiSend, primitives } from "../../bench/lib/wallets.mjs";
import { lifecycle } from "../support/lifecycle.ts";
import { ANY_PORTS, clientOf, type Deployed, deploy, type Localnet, MNEMONICS } from "../support/localnet.ts";
import { becomesTrue, isRunning, portIsFree, portOf, startCommand, timed } from "../support/processes.ts";

const { folder, TMPDIR, start } = lifecycle("crash");

const NODE_EXIT_MS = 10_000;
const ENCLAVE_EXIT_MS = 5_000;
const bundle = fileURLToPath(new URL("../../packages/enclave/dist/bundles/enclave-development.mjs", import.meta.url));

interface RpcCall {
  readonly method: string;
  readonly params: object;
}

function broadcast(tx: Uint8Array, method = "broadcast_tx_sync"): RpcCall {
  return { method, params: { tx: Buffer.from(tx).toString("base64") } };
}

function sends(wallet: BenchWallet, count: number): Uint8Array[] {
  return Array.from({ length: count }, () => wallet.sign([multiSend(wallet, [wallet], "1")], 100_000n));
}

async function get(url: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(url);
  return { status: response.status, body: await response.json() };
}

describe("an enclave that dies", () => {
  it.each([false, true])("ends the node, which says why (with transactions underway: %s)", async (busy) => {
    const home = join(folder, `enclave-dies-${busy}`);
    const net = await start(["--home", home]);
    const wallet = await BenchWallet.fromMnemonic(MNEMONICS.a).load(net.ready);
    if (busy)
      await rpcBatch(
        net.ready,
        sends(wallet, 40).map((tx) => broadcast(tx)),
      );
    process.kill(net.ready.enclave_pid, "SIGKILL");
    const { ms, value } = await timed(net.exited);
    expect([value.code, value.signal]).toEqual([1, null]);
    expect(ms).toBeLessThan(NODE_EXIT_MS);
    expect(value.stderr).toContain(
      "enclavenet: the enclave process has ended (by signal SIGKILL)\n  start the node again",
    );
    for (const url of [net.ready.rpc, net.ready.rest, net.ready.grpc, net.ready.grpc_web, net.ready.faucet])
      expect(await portIsFree(portOf(url))).toBe(true);
    // The control: what it says to do works.
    const again = await start(["--home", home]);
    expect(again.ready.height).toBeGreaterThanOrEqual(net.ready.height);
    expect((await again.stop()).code).toBe(0);
  });

  it("while the node starts ends the start with the same words", async () => {
    const home = join(folder, "enclave-dies-early");
    const first = await start(["--home", home]);
    await first.stop();
    const starting = start(["--home", home]);
    const killed = becomesTrue(() => {
      const found = execFileSync("ps", ["-A", "-o", "pid=,args="], { encoding: "utf8" }).split("\n");
      const line = found.find((row) => row.includes("enclave-development.mjs") && row.includes(home));
      if (line === undefined) return false;
      process.kill(Number.parseInt(line, 10), "SIGKILL");
      return true;
    }, 10_000);
    await expect(starting).rejects.toThrow(
      /code 1\n(.*\n)*enclavenet: the enclave process has ended \(by signal SIGKILL\)/,
    );
    expect(await killed).toBe(true);
  });
});

describe("an enclave call that takes too long", () => {
  it("ends the node, which says so; the next start goes on", async () => {
    const home = join(folder, "deadline");
    const node = await startNode(bundle, ["--home", home, "--deadline", "700"]);
    // The control: calls within the deadline are answered.
    const wallet = await BenchWallet.fromMnemonic(MNEMONICS.a).load(node);
    const [sent] = await rpcBatch(
      node,
      sends(wallet, 1).map((tx) => broadcast(tx, "broadcast_tx_commit")),
    );
    expect(sent).toMatchObject({ tx_result: { code: 0 } });
    process.kill(node.enclavePid, "SIGSTOP");
    const asked = rpcBatch(
      node,
      sends(wallet, 1).map((tx) => broadcast(tx, "broadcast_tx_commit")),
    ).catch(() => undefined);
    const { ms, value: code } = await timed(node.exited);
    await asked;
    expect(code).toBe(1);
    expect(ms).toBeLessThan(NODE_EXIT_MS);
    expect(node.log()).toContain("ENCLAVE_DEADLINE an enclave call took longer than 700 ms");
    expect(isRunning(node.enclavePid)).toBe(false);
    const again = await start(["--home", home]);
    expect(await get(`${again.ready.rest}/cosmos/tx/v1beta1/txs/${sent.hash}`)).toMatchObject({ status: 200 });
    expect(again.ready.height).toBeGreaterThanOrEqual(Number(sent.height));
  });
});

describe("a node that is killed", () => {
  it("takes its enclave with it", async () => {
    const net = await start();
    const { enclave_pid: enclave } = net.ready;
    expect(isRunning(enclave)).toBe(true);
    net.process.kill("SIGKILL");
    expect((await net.exited).signal).toBe("SIGKILL");
    expect(await becomesTrue(() => !isRunning(enclave), ENCLAVE_EXIT_MS)).toBe(true);
  });

  it("while it starts for the first time leaves a home that the next start can use", async () => {
    for (const ms of [0, 100, 200, 300, 450]) {
      const home = join(folder, `killed-early-${ms}`);
      const { process: child, ended } = startCommand(["localnet", "--home", home, "--json", ...ANY_PORTS], {
        env: { TMPDIR },
      });
      expect(await becomesTrue(() => existsSync(home), 10_000)).toBe(true);
      await new Promise((later) => setTimeout(later, ms));
      child.kill("SIGKILL");
      expect((await ended).signal).toBe("SIGKILL");
      const net = await start(["--home", home]);
      expect(net.ready.height).toBeGreaterThanOrEqual(1);
      await net.stop();
    }
  });

  it("under load, round after round, has lost nothing that it showed", { timeout: 90_000 }, async () => {
    const chain = new LoadedChain(join(folder, "load"));
    await chain.begin();
    for (let round = 0; round < 5; round++) {
      await chain.loadAndKill(randomInt(1, 24));
      await chain.restart();
      await chain.expectShown();
      await chain.expectConsistent();
    }
    expect(chain.shown.size).toBeGreaterThanOrEqual(5);
  });
});

/** A chain under load whose node dies and comes back; remembers what the REST server has shown of each transaction. */
class LoadedChain {
  readonly shown = new Map<string, unknown>();
  readonly #home: string;
  /** By hash: a send that was lost with the mempool is signed again as the very same transaction. */
  readonly #sent = new Map<string, "send" | "increment">();
  readonly #recipient = BenchWallet.numbered(7);
  #net: Localnet | undefined;
  #counter: Deployed | undefined;
  #ioPublicKey = new Uint8Array(0);
  #firstSequence = 0n;
  #tip: { readonly height: string; readonly block: unknown } = { height: "1", block: undefined };

  constructor(home: string) {
    this.#home = home;
  }

  get #ready() {
    return (this.#net as Localnet).ready;
  }

  async begin(): Promise<void> {
    this.#net = await start(["--home", this.#home]);
    this.#counter = await deploy(clientOf(this.#ready, MNEMONICS.a), "counter", { count: 0 });
    const { body } = await get(`${this.#ready.rest}/registration/v1beta1/tx-key`);
    this.#ioPublicKey = new Uint8Array(Buffer.from((body as { key: string }).key, "base64"));
    this.#firstSequence = (await this.#wallet()).sequence;
  }

  #wallet() {
    return BenchWallet.fromMnemonic(MNEMONICS.b).load(this.#ready);
  }

  /** Keeps transactions coming until the answers for `wanted` of them have been seen, then kills the node. */
  async loadAndKill(wanted: number): Promise<void> {
    const net = this.#net as Localnet;
    const wallet = await this.#wallet();
    const before = this.shown.size;
    let alive = true;
    const load = (async () => {
      while (alive)
        await rpcBatch(
          net.ready,
          [0, 1, 2].map(() => broadcast(this.#sign(wallet))),
        );
    })().catch(() => undefined);
    expect(await becomesTrue(async () => (await this.#look()) >= before + wanted, 20_000)).toBe(true);
    net.process.kill("SIGKILL");
    await net.exited;
    alive = false;
    await load;
  }

  #sign(wallet: BenchWallet): Uint8Array {
    const kind = wallet.sequence % 2n === 0n ? "send" : "increment";
    const network = { ioPublicKey: this.#ioPublicKey };
    const message =
      kind === "send"
        ? multiSend(wallet, [this.#recipient], "3")
        : wallet.execute(network, this.#counter, { increment: {} });
    const tx: Uint8Array = wallet.sign([message], 150_000n);
    this.#sent.set(toUpperHex(primitives.sha256(tx)), kind);
    return tx;
  }

  /** Looks up what has not been seen yet; returns how many have been. */
  async #look(): Promise<number> {
    const { body } = await get(`${this.#ready.rpc}/block`);
    const { result } = body as { result: { block: { header: { height: string } } } };
    this.#tip = { height: result.block.header.height, block: result };
    const unseen = [...this.#sent.keys()].filter((hash) => !this.shown.has(hash));
    for (const hash of unseen.slice(0, 20)) {
      const { status, body } = await get(`${this.#ready.rest}/cosmos/tx/v1beta1/txs/${hash}`);
      if (status === 200) this.shown.set(hash, body);
    }
    return this.shown.size;
  }

  async restart(): Promise<void> {
    this.#net = await start(["--home", this.#home]);
  }

  async expectShown(): Promise<void> {
    expect(this.#ready.height).toBeGreaterThanOrEqual(Number(this.#tip.height));
    const { body } = await get(`${this.#ready.rpc}/block?height=${this.#tip.height}`);
    expect(body).toMatchObject({ result: this.#tip.block });
    for (const [hash, tx] of this.shown) {
      expect(await get(`${this.#ready.rest}/cosmos/tx/v1beta1/txs/${hash}`)).toEqual({ status: 200, body: tx });
    }
  }

  /** State of bank, auth and the contract agrees with the transactions that the chain has. */
  async expectConsistent(): Promise<void> {
    const found = { send: 0n, increment: 0n };
    for (const [hash, kind] of this.#sent) {
      const { status, body } = await get(`${this.#ready.rest}/cosmos/tx/v1beta1/txs/${hash}`);
      if (status !== 200) {
        // Lost with the mempool before anybody saw it in a block.
        this.#sent.delete(hash);
        continue;
      }
      expect(body).toMatchObject({ tx_response: { code: 0, txhash: hash } });
      found[kind] += 1n;
    }
    const wallet = await this.#wallet();
    expect(wallet.sequence - this.#firstSequence).toBe(found.send + found.increment);
    const path = `/cosmos/bank/v1beta1/balances/${this.#recipient.text}/by_denom?denom=uscrt`;
    const amount = (3n * found.send).toString();
    expect((await get(this.#ready.rest + path)).body).toMatchObject({ balance: { amount } });
    const network = { ioPublicKey: this.#ioPublicKey };
    const answer = await wallet.query(this.#ready, network, this.#counter, { get_count: {} });
    expect(answer).toEqual({ count: Number(found.increment) });
  }
}
