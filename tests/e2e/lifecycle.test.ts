/**
 * The start of the built command: its ready line, its processes, its ports, and what lies where.
 * @module
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lifecycle, portsOf } from "../support/lifecycle.ts";
import { ANY_PORTS, clientOf, deploy, execute, type Localnet, MNEMONICS } from "../support/localnet.ts";
import {
  becomesTrue,
  below,
  childrenOf,
  isRunning,
  portOf,
  runCommand,
  startCommand,
  unreapedChildrenOf,
} from "../support/processes.ts";

const { folder, TMPDIR, start, expectNothingLeft } = lifecycle("home");

async function get(url: string): Promise<unknown> {
  const response = await fetch(url);
  return response.json();
}

describe("a start with --json", () => {
  it("prints one line with the promised keys once all ports answer", async () => {
    const net = await start(["--ephemeral", "--chain-id", "lifecycle-1"]);
    const { ready } = net;
    expect(Object.keys(ready)).toEqual([
      ...[
        "event",
        "chain_id",
        "rpc",
        "rest",
        "grpc",
        "grpc_web",
        "faucet",
        "pid",
        "enclave_pid",
        "enclave_pids",
        "home",
        "height",
      ],
    ]);
    expect(ready).toMatchObject({ event: "ready", chain_id: "lifecycle-1", home: null, pid: net.process.pid });
    expect(ready.enclave_pids).toEqual([ready.enclave_pid]);
    for (const url of [ready.rpc, ready.rest, ready.grpc, ready.grpc_web, ready.faucet])
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(ready.height).toBeGreaterThanOrEqual(1);
    const answers = await Promise.all([
      get(`${ready.rpc}/status`),
      get(`${ready.rest}/cosmos/base/tendermint/v1beta1/blocks/latest`),
      get(`${ready.faucet}/status`),
    ]);
    expect(answers).toMatchObject([
      { result: { node_info: { network: "lifecycle-1", other: { enclave: "software enclave, development only" } } } },
      { block: { header: { chain_id: "lifecycle-1" } } },
      { faucet_address: expect.stringMatching(/^secret1/) },
    ]);
    const { stdout, stderr } = await net.stop();
    expect(stdout.split("\n")).toEqual([JSON.stringify(ready), ""]);
    expect(stderr).toBe("");
  });

  it("lists the enclave, which is its child, and no other child", async () => {
    const net = await start();
    expect(isRunning(net.ready.enclave_pid)).toBe(true);
    expect(childrenOf(net.ready.pid)).toEqual(net.ready.enclave_pids);
    await net.stop();
    await expectNothingLeft(net);
  });
});

describe("a start without --json", () => {
  it("prints what a person needs", async () => {
    const { process: child, ended } = startCommand(["localnet", "--ephemeral", ...ANY_PORTS], { env: { TMPDIR } });
    await new Promise((printed) => child.stdout?.once("data", printed));
    child.kill("SIGTERM");
    const { code, stdout } = await ended;
    expect(code).toBe(0);
    for (const text of [
      "oftware enclave, development only",
      "REST    http://127.0.0.1:",
      "RPC     http://127.0.0.1:",
      "Faucet  http://127.0.0.1:",
      "secret1ap26qrlp8mcq2pg6r47w43l0y8zkqm8a450s03",
    ]) {
      expect(stdout).toContain(text);
    }
  });
});

describe("the home directory", () => {
  const home = join(folder, "home");

  it("holds everything, and the next start goes on with it", async () => {
    const first = await start(["--home", home]);
    expect(first.ready.home).toBe(home);
    expect(below(TMPDIR)).toEqual([]);
    const a = clientOf(first.ready, MNEMONICS.a);
    const counter = await deploy(a, "counter", { count: 40 });
    expect((await execute(a, counter, { add: { n: 2 } })).code).toBe(0);
    const factsOf = async (net: Localnet) => ({
      genesis: await get(`${net.ready.rpc}/genesis`),
      txKey: await get(`${net.ready.rest}/registration/v1beta1/tx-key`),
      balance: await get(`${net.ready.rest}/cosmos/bank/v1beta1/balances/${a.address}`),
      account: await get(`${net.ready.rest}/cosmos/auth/v1beta1/accounts/${a.address}`),
      count: await clientOf(net.ready, MNEMONICS.b).query.compute.queryContract({
        contract_address: counter.address,
        code_hash: counter.codeHash,
        query: { get_count: {} },
      }),
    });
    const before = await factsOf(first);
    expect(before.count).toEqual({ count: 42 });
    const { result } = (await get(`${first.ready.rpc}/block`)) as { result: { block: { header: { height: string } } } };
    expect(await first.stop()).toMatchObject({ code: 0 });
    await expectNothingLeft(first);

    const second = await start(["--home", home]);
    const { height } = result.block.header;
    expect(second.ready.height).toBeGreaterThanOrEqual(Number(height));
    expect(await get(`${second.ready.rpc}/block?height=${height}`)).toMatchObject({ result });
    expect(await factsOf(second)).toEqual(before);
    const b = clientOf(second.ready, MNEMONICS.b);
    expect((await execute(b, counter, { add: { n: 1 } })).code).toBe(0);
    expect((await factsOf(second)).count).toEqual({ count: 43 });
  });

  it("is refused while another node runs on it, which goes on", async () => {
    const net = await start(["--home", home]);
    const refused = await runCommand(["localnet", "--home", home, ...ANY_PORTS], { TMPDIR });
    expect(refused.code).toBe(1);
    expect(refused.stdout).toBe("");
    expect(refused.stderr).toBe(
      `enclavenet: the home directory is in use by process ${net.ready.pid}\n  stop that node, or give another directory with --home\n`,
    );
    expect(await get(`${net.ready.rpc}/health`)).toMatchObject({ result: {} });
  });

  it("is taken over from a node that is gone, also when its pid is another program's now", async () => {
    const lock = join(home, "node.lock");
    const gone = Number.parseInt(readFileSync(lock, "utf8"), 10);
    expect(isRunning(gone)).toBe(false);
    const net = await start(["--home", home]);
    expect(Number.parseInt(readFileSync(lock, "utf8"), 10)).toBe(net.ready.pid);
    await net.stop();
    expect(existsSync(lock)).toBe(false);
    for (const content of [`${process.pid} 1\n`, `${process.pid}\n`, "", "nonsense"]) {
      writeFileSync(lock, content);
      expect(await (await start(["--home", home])).stop()).toMatchObject({ code: 0 });
    }
  });

  it("is taken over from a node that nobody has waited for", async (ctx) => {
    if (process.platform !== "linux") ctx.skip("needs /proc to tell what has ended");
    const lock = join(home, "node.lock");
    // The shell becomes a program that does not wait for the shell's child.
    const parent = spawn("/bin/sh", ["-c", "read line & exec sleep 60"], { stdio: ["ignore", "ignore", "ignore"] });
    try {
      const child = () => unreapedChildrenOf(parent.pid as number);
      expect(await becomesTrue(() => child().length === 1, 10_000)).toBe(true);
      const [pid] = child();
      const [, , ...fields] = readFileSync(`/proc/${pid}/stat`, "utf8").split(" ");
      writeFileSync(lock, `${pid} ${fields[19]}\n`);
      expect(await (await start(["--home", home])).stop()).toMatchObject({ code: 0 });
    } finally {
      parent.kill("SIGKILL");
    }
  });

  it("of another chain is refused with the way out", async () => {
    const refused = await runCommand(["localnet", "--home", home, "--chain-id", "other-1", ...ANY_PORTS], { TMPDIR });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toBe(
      "enclavenet: the home holds the chain secretdev-1, not other-1\n  give --chain-id secretdev-1, or another --home\n",
    );
    expect(below(TMPDIR)).toEqual([]);
  });

  it("is not needed: --ephemeral keeps nothing and uses TMPDIR only", async () => {
    const HOME = join(folder, "user");
    mkdirSync(HOME);
    const net = await start(["--ephemeral"], { env: { HOME } });
    expect(below(TMPDIR).length).toBeGreaterThan(0);
    await net.stop();
    await expectNothingLeft(net);
    expect(below(HOME)).toEqual([]);
  });

  it("is below the user's home unless named", async () => {
    const HOME = join(folder, "user-2");
    mkdirSync(HOME);
    const net = await start(["--chain-id", "named-1"], { env: { HOME } });
    expect(net.ready.home).toBe(join(HOME, ".enclavenet", "named-1"));
    expect(existsSync(join(HOME, ".enclavenet", "named-1", "config", "genesis.json"))).toBe(true);
    await net.stop();
    await expectNothingLeft(net);
  });
});

describe("a port in use", () => {
  it.each(["rpc", "rest", "grpc", "grpc_web", "faucet"] as const)("is named: %s", async (name) => {
    const option = `--${name.replace("_", "-")}-port`;
    const net = await start();
    const port = portOf(net.ready[name]);
    const ports = ANY_PORTS.map((text, i) => (ANY_PORTS[i - 1] === option ? String(port) : text));
    const refused = await runCommand(["localnet", "--ephemeral", ...ports], { TMPDIR });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toBe(
      `enclavenet: port ${port} is in use\n  choose another one with ${option}, or move all ports with --port-offset\n`,
    );
    expect(await get(`${net.ready.rpc}/health`)).toMatchObject({ result: {} });
    await net.stop();
    await expectNothingLeft(net);
    const again = await start(["--ephemeral"], { ports });
    expect(portsOf(again)).toContain(port);
  });
});
