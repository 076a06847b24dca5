/**
 * The canary of a node that joins: seeds travel through a transaction, its events and the host of the node that asks for them.
 * Neither that host, its disk, what its commands print, nor the blocks hold a seed, a key derived from one, or the key under which
 * the node registered.
 * @module
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { startFollower, untilSynced } from "../support/follower.ts";
import { clientOf, deploy, type Localnet, MNEMONICS, startLocalnet } from "../support/localnet.ts";
import { findIn, mayReadMemory, type Needle, scanFiles, scanMemory } from "../support/memory-scan.ts";
import { runCommand, temporaryFolder } from "../support/processes.ts";
import { secretsOf } from "../support/secrets.ts";

const folder = temporaryFolder("canary-join");
const running: Localnet[] = [];
afterAll(async () => {
  for (const node of running) await node.stop("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** What the commands that join printed. */
async function joined({ rpc, faucet }: Localnet["ready"], home: string): Promise<string> {
  let printed = "";
  for (const args of [
    ["init", "--home", home, "--join", rpc],
    ["register", "--home", home, "--node", rpc, "--faucet", faucet, "--json"],
  ]) {
    const { code, stdout, stderr } = await runCommand(args);
    expect([args[0], code]).toEqual([args[0], 0]);
    printed += stdout + stderr;
  }
  return printed;
}

function namesIn(text: string, needles: readonly Needle[]): string[] {
  const found = new Set<string>();
  findIn(Buffer.from(text), needles, found);
  return [...found];
}

async function pages(rest: string): Promise<string> {
  const paths = ["/enclavenet/registration/v1/nodes", "/cosmos/tx/v1beta1/txs?query=message.module=%27register%27"];
  return (await Promise.all(paths.map(async (path) => (await fetch(rest + path)).text()))).join("\n");
}

describe("the canary of a node that joins", () => {
  it("finds no seed and no key outside its enclave, and all of them inside", { timeout: 120_000 }, async (ctx) => {
    if (process.platform !== "linux") ctx.skip("needs /proc to read the memory of another process");
    const leader = await startLocalnet(["--home", join(folder, "leader")]);
    running.push(leader);
    if (!mayReadMemory(leader.ready.pid)) ctx.skip("this user may not read the memory of its own processes");
    const home = join(folder, "home");
    const printed = await joined(leader.ready, home);
    await deploy(clientOf(leader.ready, MNEMONICS.a), "counter", { count: 5 });
    const follower = await startFollower(home, [leader.ready.rpc]);
    running.push(follower);
    await untilSynced(follower.ready.rpc, 3);

    const { keys, sealingKey, names } = secretsOf(home);
    expect(names).toEqual(expect.arrayContaining(["seed 0", "seed 1", "registration key"]));
    const secrets = [...keys, ...sealingKey];
    expect(scanMemory(follower.ready.pid, secrets).found).toEqual([]);
    expect(scanMemory(leader.ready.pid, secrets).found).toEqual([]);
    expect(scanFiles(home, secrets).found).toEqual(["sealing key as raw"]);
    expect(scanFiles(join(folder, "leader"), secrets).found).toEqual([]);
    const shown = await pages(leader.ready.rest);
    expect(shown).toContain("encrypted_seed");
    expect(namesIn(printed + shown, secrets)).toEqual([]);
    // The same needles, where they belong.
    const inside = scanMemory(follower.ready.enclave_pids[0] ?? 0, secrets).found;
    expect(inside).toEqual(
      expect.arrayContaining(["seed 0", "seed 1", "registration key"].map((name) => `${name} as raw`)),
    );
    expect(inside).toEqual(expect.arrayContaining(["sealing key as raw"]));
  });
});
