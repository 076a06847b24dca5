/**
 * Upgrade of the enclave of running nodes, by the documented commands of two releases: the node where the network began, one that
 * follows it, and one that joins afterwards. docs/protocol/upgrade.md.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SecretNetworkClient } from "secretjs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { launcherOf, nextRelease } from "../support/checkout.ts";
import { expectSameHistory, registerHome, startFollower } from "../support/follower.ts";
import {
  clientOf,
  type Deployed,
  deploy,
  execute,
  type Localnet,
  MNEMONICS,
  startLocalnet,
} from "../support/localnet.ts";
import { runCommand, runForJson, temporaryFolder } from "../support/processes.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = temporaryFolder("upgrade");
const at = (name: string): string => join(folder, name);
const home = at("first");
const running: Localnet[] = [];
const OLD = createHash("sha256")
  .update(readFileSync(join(root, "packages/enclave/dist/bundles/enclave-development.mjs")))
  .digest();

let net: Localnet;
let token: Deployed;
let alice: SecretNetworkClient;
/** Checkouts of releases: the one after this, another one that nobody approves, one that names no program before it. */
let next: string;
let rival: string;
let stranger: string;

async function start(checkout?: string): Promise<void> {
  net = await startLocalnet(["--home", home], checkout === undefined ? {} : { checkout });
  running.push(net);
}

function run(args: readonly string[], checkout?: string): Promise<Record<string, unknown>> {
  return runForJson(args, checkout && launcherOf(checkout));
}

async function refusal(args: readonly string[], checkout?: string): Promise<string> {
  const { code, stderr } = await runCommand(args, {}, checkout && launcherOf(checkout));
  expect(code).toBe(1);
  return stderr;
}

const prepareArgs = (of: string, out: string) => ["upgrade", "prepare", "--home", of, "--out", at(out), "--json"];
const exportArgs = (of: string, request: string, out: string) => {
  return ["upgrade", "export", at(request), "--home", of, "--out", at(out), "--json"];
};
const importArgs = (of: string, file: string) => ["upgrade", "import", at(file), "--home", of, "--json"];
const approveArgs = (account: keyof typeof MNEMONICS, measurement: string) => {
  writeFileSync(at(account), MNEMONICS[account]);
  const signed = ["--node", net.ready.rpc, "--mnemonic-file", at(account), "--json"];
  return ["upgrade", "approve", "--measurement", measurement, ...signed];
};

async function balance(node: Localnet): Promise<string> {
  const client = clientOf(node.ready, MNEMONICS.c);
  const contract = { address: token.address, code_hash: token.codeHash };
  const auth = { key: "key of a" };
  return (await client.query.snip20.getBalance({ contract, address: alice.address, auth })).balance.amount;
}

async function transfer(amount: string): Promise<void> {
  const recipient = clientOf(net.ready, MNEMONICS.b).address;
  const client = clientOf(net.ready, MNEMONICS.a);
  const tx = await execute(client, token, { transfer: { recipient, amount } }, { gasLimit: 500_000 });
  expect([tx.code, tx.rawLog]).toEqual([0, ""]);
}

beforeAll(async () => {
  for (const name of ["next", "rival", "stranger"]) mkdirSync(at(name));
  next = nextRelease(at("next"), [OLD]);
  rival = nextRelease(at("rival"), [OLD], "another one");
  stranger = nextRelease(at("stranger"), []);
  await start();
  alice = clientOf(net.ready, MNEMONICS.a);
  token = await deploy(alice, "token", {
    name: "Private Coin",
    symbol: "PRIV",
    decimals: 6,
    prng_seed: Buffer.from("seed").toString("base64"),
    initial_balances: [{ address: alice.address, amount: "1000" }],
  });
  await execute(alice, token, { set_viewing_key: { key: "key of a" } }, { gasLimit: 500_000 });
  await registerHome(net.ready, at("follower"));
});

afterAll(async () => {
  for (const node of running) await node.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("before the authority approves it, the next release", () => {
  let measurement: string;

  it("asks for what the enclave holds, while the node runs", async () => {
    const prepared = await run(prepareArgs(home, "request.json"), next);
    expect(prepared).toMatchObject({ event: "prepared", chain_id: net.ready.chain_id, rtmrs: [] });
    measurement = String(prepared.measurement);
    expect(measurement).not.toBe(OLD.toString("hex"));
    expect(await run(prepareArgs(home, "request.json"), next)).toMatchObject({ measurement });
  });

  it("gets nothing", async () => {
    await net.stop();
    const text = await refusal(exportArgs(home, "request.json", "package.json"));
    expect(text).toContain("the network has not approved the program");
    expect(text).toContain(`enclavenet upgrade approve --measurement ${measurement}`);
    expect(existsSync(at("package.json"))).toBe(false);
    await start();
  });

  it("has no node in the network", async () => {
    const text = await refusal(["init", "--home", at("early"), "--join", net.ready.rpc], stranger);
    expect(text).toContain("does not hold");
    await run(["init", "--home", at("early"), "--join", net.ready.rpc, "--json"], next);
    const register = ["register", "--home", at("early"), "--node", net.ready.rpc, "--faucet", net.ready.faucet];
    expect(await refusal(register, next)).toContain("the network's policy refuses this enclave");
  });

  it("is approved by the authority alone", async () => {
    expect(await refusal(approveArgs("b", measurement))).not.toBe("");
    expect(await run(approveArgs("validator", measurement))).toMatchObject({ event: "approved" });
    const answer = await (await fetch(`${net.ready.rest}/enclavenet/registration/v1/programs`)).json();
    expect(answer).toMatchObject({
      programs: [{ measurement: Buffer.from(measurement, "hex").toString("base64"), rtmrs: [] }],
    });
  });
});

describe("the upgrade", () => {
  it("is handed over as of the last block, to the program that was approved", async () => {
    await run(prepareArgs(at("follower"), "rival.json"), rival);
    rmSync(join(at("follower"), "enclave.next"), { recursive: true });
    await net.stop();
    expect(await refusal(exportArgs(home, "rival.json", "stolen.json"))).toContain("has not approved");
    const exported = await run(exportArgs(home, "request.json", "package.json"));
    expect(exported).toMatchObject({ event: "exported", chain_id: net.ready.chain_id });
  });

  it("is refused by who did not ask, and by a program in which no other stands", async () => {
    mkdirSync(join(at("follower"), "enclave.next"), { recursive: true });
    expect(await refusal(importArgs(at("follower"), "package.json"), next)).toContain("this home has no request");
    rmSync(join(at("follower"), "enclave.next"), { recursive: true });
    const file = JSON.parse(readFileSync(at("package.json"), "utf8"));
    const bytes = Buffer.from(file.package, "base64");
    bytes[40] = (bytes[40] as number) ^ 1;
    writeFileSync(at("changed.json"), JSON.stringify({ ...file, package: bytes.toString("base64") }));
    expect(await refusal(importArgs(home, "changed.json"), next)).toContain("the evidence in the package");
  });

  it("goes on after a crash between the two halves of the swap", async () => {
    expect(await run(importArgs(home, "package.json"), next)).toMatchObject({ event: "imported" });
    expect(readdirSync(home)).toContain("enclave.previous");
    // As a crash behind the first half leaves it.
    renameSync(join(home, "enclave"), join(home, "enclave.next"));
    await start(next);
    expect(readdirSync(home)).not.toContain("enclave.next");
  });

  it("leaves contracts with their state, and clients with the key that they know", async () => {
    expect(await balance(net)).toBe("1000");
    await transfer("250");
    expect(await balance(net)).toBe("750");
  });

  it("is followed by nodes of the release before, and by those that were upgraded too", async () => {
    const old = await startFollower(at("follower"), [net.ready.rpc]);
    await expectSameHistory(net, old);
    await old.stop();
    await run(prepareArgs(at("follower"), "second.json"), next);
    await run(exportArgs(at("follower"), "second.json", "second-package.json"));
    await run(importArgs(at("follower"), "second-package.json"), next);
    const upgraded = await startFollower(at("follower"), [net.ready.rpc], { checkout: next });
    running.push(upgraded);
    await transfer("100");
    await expectSameHistory(net, upgraded);
    expect(await balance(upgraded)).toBe("650");
  });

  it("is no obstacle for nodes that join later, with the next release, and execute all blocks from the first", async () => {
    const joined = at("late");
    await run(["init", "--home", joined, "--join", net.ready.rpc, "--json"], next);
    const register = ["register", "--home", joined, "--node", net.ready.rpc, "--faucet", net.ready.faucet, "--json"];
    await run(register, next);
    const follower = await startFollower(joined, [net.ready.rpc], { checkout: next });
    running.push(follower);
    await expectSameHistory(net, follower);
    expect(await balance(follower)).toBe("650");
  });
});
