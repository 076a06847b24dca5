/** How fast a following node catches up: from its ready line to the leader's height, every block verified and executed. */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../scripts/lib/root.mjs";
import { rpc, startNode } from "./nodes.mjs";
import { median, percentile, progress, round } from "./statistics.mjs";
import { broadcastAll, signTransfers } from "./transfers.mjs";
import { commit } from "./wallets.mjs";
import { height, prepare, transfer } from "./world.mjs";

const COMMAND = join(root, "packages/node/bin/enclavenet.mjs");
/** Blocks whose way to the follower is timed. */
const LAG_SAMPLES = 40;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The following node, once it answers. */
async function startFollower(home, source) {
  const ports = ["rpc", "rest", "grpc", "grpc-web"].flatMap((name) => [`--${name}-port`, "0"]);
  const args = [COMMAND, "start", "--json", ...ports, "--home", home, "--follow", source];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const ready = await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) resolve(JSON.parse(text.split("\n")[0]));
    });
    void exited.then((code) => reject(new Error(`the following node ended with code ${code}`)));
  });
  return {
    ...ready,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

async function appHash(node, at) {
  return (await rpc(node, "block_results", { height: String(at) })).app_hash;
}

/** Seconds until the node has the height. */
async function secondsTo(node, last, lookMs = 20) {
  const started = performance.now();
  while ((await height(node)) < last) await sleep(lookMs);
  return (performance.now() - started) / 1000;
}

/** Milliseconds from the leader's answer that a transfer is in a block to that block on the follower, which is up to date. */
async function measureLag(world, follower) {
  const times = [];
  for (let i = 0; i < LAG_SAMPLES; i++) {
    await sleep(20 + (i % 7) * 60);
    const { height: last } = await commit(world.node, Buffer.from(transfer(world, i).tx, "base64"));
    times.push((await secondsTo(follower, Number(last), 1)) * 1000);
  }
  return { p50: round(median(times)), p95: round(percentile(times, 0.95)) };
}

function command(...args) {
  execFileSync(process.execPath, [COMMAND, ...args], { stdio: "ignore" });
}

/** Makes a chain of `transfers` encrypted transfers, and lets a second node, which registers, follow it. */
export async function measureFollowing(bundle, senders, transfers) {
  progress(`following (${transfers} transfers) …`);
  const folder = mkdtempSync(join(tmpdir(), "enclavenet-bench-follow-"));
  const [home, copy] = [join(folder, "leader"), join(folder, "follower")];
  const leader = await startNode(bundle, ["--home", home]);
  try {
    const world = await prepare(leader, senders);
    const made = await broadcastAll(leader, signTransfers(world, transfers));
    const last = await height(leader);
    command("init", "--home", copy, "--join", leader.rpc);
    command("register", "--home", copy, "--node", leader.rpc, "--faucet", leader.faucet);
    const follower = await startFollower(copy, leader.rpc);
    try {
      const seconds = await secondsTo(follower, last);
      if ((await appHash(follower, last)) !== (await appHash(leader, last))) throw new Error("the app hashes differ");
      return {
        leaderTransactionsPerSecond: round(transfers / made),
        transactionsPerSecond: round(transfers / seconds),
        blocksPerSecond: round(last / seconds),
        blocks: last,
        lagMilliseconds: await measureLag(world, follower),
      };
    } finally {
      await follower.stop();
    }
  } finally {
    await leader.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
