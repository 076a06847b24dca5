/**
 * Nodes without a vote beside a real leader: encrypted contracts, the unmodified client, own homes and enclave processes. The
 * same app hash at every height, the same decrypted answers, transactions through any node, and death in the middle.
 */
import { execFile } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { SecretNetworkClient } from "secretjs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  expectSameHistory,
  heightOf,
  limitedSource,
  registerHome,
  rpcGet,
  startFollower,
  untilSynced,
} from "../support/follower.ts";
import {
  ANY_PORTS_BUT_FAUCET,
  clientOf,
  type Deployed,
  deploy,
  execute,
  type Localnet,
  MNEMONICS,
  startLocalnet,
  startNode,
} from "../support/localnet.ts";
import { becomesTrue, isRunning, runCommand, temporaryFolder } from "../support/processes.ts";

// Every test starts nodes.
vi.setConfig({ testTimeout: 90_000 });

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = temporaryFolder("follow");
const at = (name: string): string => join(folder, name);
const running: Localnet[] = [];

let leader: Localnet;
let token: Deployed;
let counter: Deployed;

async function follow(name: string, sources: readonly string[]): Promise<Localnet> {
  const node = await startFollower(at(name), sources);
  running.push(node);
  return node;
}

/** Another home of the same registration, as it was before its first start: each test needs one that has seen nothing. */
function copyHome(name: string): void {
  cpSync(at("registered"), at(name), { recursive: true });
}

/** Messages that leave their traces in many blocks: a few transfers, one that fails, an increment. */
async function work(client: SecretNetworkClient, rounds: number): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    const recipient = "secret1fc3fzy78ttp0lwuujw7e52rhspxn8uj52zfyne";
    await execute(client, token, { transfer: { recipient, amount: "1", memo: `round ${i}` } });
    await execute(client, counter, { increment: {} });
  }
  const failed = await execute(client, token, { transfer: { recipient: client.address, amount: "999999999999" } });
  expect(failed.code).not.toBe(0);
}

function balanceAt(node: Localnet): Promise<unknown> {
  const client = clientOf(node.ready, MNEMONICS.a);
  return client.query.compute.queryContract({
    contract_address: token.address,
    code_hash: token.codeHash,
    query: { balance: { address: client.address, key: "key" } },
  });
}

beforeAll(async () => {
  leader = await startLocalnet(["--home", at("leader")]);
  running.push(leader);
  const client = clientOf(leader.ready, MNEMONICS.a);
  token = await deploy(client, "token", {
    name: "Private Coin",
    symbol: "PRIV",
    decimals: 6,
    prng_seed: "c2VlZA==",
    initial_balances: [{ address: client.address, amount: "1000" }],
  });
  counter = await deploy(client, "counter", { count: 5 });
  await execute(client, token, { set_viewing_key: { key: "key" } });
  await work(client, 4);
}, 60_000);

afterAll(async () => {
  for (const node of running) await node.stop("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

describe("two following nodes", () => {
  let first: Localnet;
  let second: Localnet;

  beforeAll(async () => {
    await registerHome(leader.ready, at("registered"));
    for (const name of ["first", "second", "killed", "fresh", "stranger"]) copyHome(name);
    first = await follow("first", [leader.ready.rpc]);
    // A replica of a replica, which gets its blocks from the leader should the replica be gone.
    second = await follow("second", [first.ready.rpc, leader.ready.rpc]);
  }, 60_000);

  it("have enclave processes and sealed progress of their own", async () => {
    const pids = [leader, first, second].flatMap(({ ready }) => ready.enclave_pids);
    expect(new Set(pids).size).toBe(3);
    expect(pids.every(isRunning)).toBe(true);
    expect(readdirSync(at("first/enclave"))).toEqual(expect.arrayContaining(["keychain.sealed", "progress.sealed.1"]));
  });

  it("come to the leader's blocks, results and app hash at every height", async () => {
    await expectSameHistory(leader, first);
    await expectSameHistory(leader, second);
  });

  it("say that they have no vote and are up to date", async () => {
    const { node_info: info, sync_info: sync, validator_info: validator } = await rpcGet(first.ready.rpc, "status");
    expect([sync.catching_up, validator.voting_power, info.moniker]).toEqual([false, "0", "follower"]);
    expect(info.other.follow_source).toBe(`${leader.ready.rpc}/`);
    const syncing = await fetch(`${first.ready.rest}/cosmos/base/tendermint/v1beta1/syncing`);
    expect(await syncing.json()).toEqual({ syncing: false });
  });

  it("answer encrypted queries as the leader does", async () => {
    const expected = { balance: { amount: "996" } };
    expect(await Promise.all([leader, first, second].map(balanceAt))).toEqual([expected, expected, expected]);
  });

  it("take transactions for the leader, and decrypt what became of them", async () => {
    const client = clientOf(second.ready, MNEMONICS.a);
    const sent = await execute(client, token, { transfer: { recipient: client.address, amount: "5" } });
    expect(sent.code).toBe(0);
    await work(client, 1);
    await expectSameHistory(leader, second);
    const history = await client.query.snip20.getTransferHistory({
      contract: { address: token.address, code_hash: token.codeHash },
      address: client.address,
      auth: { key: "key" },
      page_size: 1,
    });
    expect(history.transfer_history.txs[0]?.coins.amount).toBe("1");
  });

  it("go on from another node when theirs is gone", async () => {
    await first.stop();
    await execute(clientOf(leader.ready, MNEMONICS.a), counter, { increment: {} });
    await expectSameHistory(leader, second);
  });
});

describe("docs/follow.md", () => {
  const page = readFileSync(join(root, "docs/follow.md"), "utf8");
  const fence = (kind: string): string =>
    new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page)?.[1] as string;

  it("has commands that work, and an example that runs", async () => {
    const lines = fence("sh").trim().split("\n");
    expect(lines[0]).toBe("npm start");
    const [init, register, start] = lines.slice(1).map((line) =>
      line
        .replace("npx enclavenet ", "")
        .replace("http://127.0.0.1:26657", leader.ready.rpc)
        .replace("http://127.0.0.1:5000", leader.ready.faucet)
        .replace("--home replica", `--home ${at("replica")}`)
        .replace("--port-offset 100", `--json ${ANY_PORTS_BUT_FAUCET.join(" ")}`)
        .split(" "),
    ) as [string[], string[], string[]];
    expect((await runCommand(init)).code).toBe(0);
    expect((await runCommand(register)).code).toBe(0);
    const replica = await startNode(start);
    running.push(replica);
    const height = await heightOf(leader.ready.rpc);
    await untilSynced(replica.ready.rpc, height);
    expect(fence("js")).toBe(readFileSync(join(root, "examples/replica.mjs"), "utf8"));
    const { stdout: printed } = await promisify(execFile)(
      process.execPath,
      ["examples/replica.mjs", leader.ready.rpc, replica.ready.rpc],
      { cwd: root },
    );
    expect(printed).toBe(
      `the same app hash at every height up to ${height}, catching up: false\nfollowed: ${leader.ready.rpc}/\n`,
    );
    const { stdout } = await replica.stop();
    const [, synced] = fence("json")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    const last = JSON.parse(stdout.trim().split("\n").at(-1) as string) as object;
    expect(Object.keys(last)).toEqual(Object.keys(synced as object));
    expect(last).toMatchObject({ event: "synced", height, error: null });
  });
});

describe("a following node that is killed", () => {
  it("in the middle of catching up goes on to the same state", async () => {
    const height = await heightOf(leader.ready.rpc);
    const half = await limitedSource(leader.ready.rpc, Math.floor(height / 2));
    const doomed = await follow("killed", [half.url]);
    expect(await becomesTrue(async () => (await heightOf(doomed.ready.rpc)) >= 2, 20_000)).toBe(true);
    expect((await rpcGet(doomed.ready.rpc, "status")).sync_info.catching_up).toBe(true);
    await doomed.stop("SIGKILL");
    half.close();
    const reborn = await follow("killed", [leader.ready.rpc]);
    expect(reborn.ready.height).toBeGreaterThan(0);
    expect(reborn.ready.height).toBeLessThan(height);
    await expectSameHistory(leader, reborn);
    expect(await becomesTrue(async () => reborn.printed().includes('"event":"synced"'), 10_000)).toBe(true);
    await reborn.stop();
  });
});

describe("without what it takes", () => {
  it("a seed: the node says so and does not run", async () => {
    const { code, stderr } = await runCommand(["start", "--home", at("empty"), "--follow", leader.ready.rpc]);
    expect(code).toBe(1);
    expect(stderr).toContain("has no seed");
    expect(stderr).toContain("enclavenet register");
  });

  it("the genesis document: it is taken from the leader, and belongs to the seed", async () => {
    rmSync(at("fresh/config/genesis.json"));
    const fresh = await follow("fresh", [leader.ready.rpc]);
    expect(existsSync(at("fresh/config/genesis.json"))).toBe(true);
    await expectSameHistory(leader, fresh);
    await fresh.stop();
  });

  it("the seed of this network: another network's leader is refused, before and after the start", async () => {
    const other = await startLocalnet(["--ephemeral", "--chain-id", "other-1"]);
    running.push(other);
    const stranger = await follow("stranger", [other.ready.rpc]);
    const refused = async () => (await rpcGet(stranger.ready.rpc, "status")).node_info.other.follow_error;
    expect(await becomesTrue(async () => (await refused()) === "FOLLOW_GENESIS", 10_000)).toBe(true);
    expect(await heightOf(stranger.ready.rpc)).toBe(0);
    await stranger.stop();
    rmSync(at("stranger/config/genesis.json"));
    const { code, stderr } = await runCommand(["start", "--home", at("stranger"), "--follow", other.ready.rpc]);
    expect([code, stderr.includes("another network")]).toEqual([1, true]);
  });
});
