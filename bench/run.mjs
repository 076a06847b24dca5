/**
 * `npm run bench`: the whole system, with the enclave in its own process, durable commits, distinct senders and real
 * signatures. Prints the figures and writes them as JSON below bench/results.
 *
 *   npm run bench -- --transfers 8000 --senders 60 --queries 1000 --name laptop
 *   npm run bench -- --only transfers,queries
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startLocalnet } from "../scripts/lib/localnet.mjs";
import { root } from "../scripts/lib/root.mjs";
import { isStale } from "../scripts/lib/stale.mjs";

const { values: options } = parseArgs({
  options: {
    transfers: { type: "string", default: "6000" },
    senders: { type: "string", default: "50" },
    queries: { type: "string", default: "2000" },
    background: { type: "string", default: "50" },
    latency: { type: "string", default: "40" },
    starts: { type: "string", default: "5" },
    follow: { type: "string", default: "3000" },
    only: { type: "string", default: "starts,transfers,queries,plain,follow,in-process,engine,quotes" },
    name: { type: "string", default: "local" },
  },
});
const count = Object.fromEntries(
  ["transfers", "senders", "queries", "background", "latency", "starts", "follow"].map((key) => [
    key,
    Number(options[key]),
  ]),
);
const parts = new Set(options.only.split(","));

if (isStale()) {
  const build = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: ["ignore", 2, "inherit"] });
  if (build.status !== 0) process.exit(build.status ?? 1);
}
const { engineFigures } = await import("./lib/engine-figures.mjs");
const { measureFollowing } = await import("./lib/follow.mjs");
const { measureInProcess } = await import("./lib/in-process.mjs");
const { residentMb, startNode } = await import("./lib/nodes.mjs");
const { buildPlainBundle } = await import("./lib/plain-bundle.mjs");
const { measureQueries } = await import("./lib/queries.mjs");
const { quoteFigures } = await import("./lib/quote-figures.mjs");
const { median, progress, round } = await import("./lib/statistics.mjs");
const { broadcastAll, measureLatency, measureTransfers, signTransfers } = await import("./lib/transfers.mjs");
const { prepare } = await import("./lib/world.mjs");

/** Transfers before anything is measured: both just-in-time compilers have seen the code then. */
const WARM_UP = 1000;

async function withNode(bundle, run) {
  const node = await startNode(bundle);
  try {
    return await run(node);
  } finally {
    await node.stop();
  }
}

/** Milliseconds from the start of the built command to its ready line, which comes after the first block. */
async function measureStarts() {
  progress(`cold starts (${count.starts}) …`);
  const times = [];
  for (let i = 0; i < count.starts; i++) {
    const started = performance.now();
    const { stop } = await startLocalnet();
    times.push(performance.now() - started);
    await stop();
  }
  return { coldStartToReadyMs: { median: round(median(times)), all: times.map((ms) => round(ms)) } };
}

async function measureEncrypted() {
  progress("encrypted …");
  return withNode(join(root, "packages/enclave/dist/bundles/enclave-development.mjs"), async (node) => {
    const world = await prepare(node, count.senders);
    const result = {};
    if (parts.has("transfers")) {
      await broadcastAll(node, signTransfers(world, WARM_UP));
      result.encryptedTransfers = await measureTransfers(world, count.transfers);
      result.memoryMb = residentMb(node);
      progress("  one at a time …");
      result.transactionToCommitMs = await measureLatency(world, count.latency);
    }
    if (parts.has("queries")) {
      progress("  querying …");
      result.queries = await measureQueries(world, count);
    }
    return result;
  });
}

/** The same transfers on a build without encryption of state and outputs; its queries cannot be decrypted, so no sums. */
async function measurePlain() {
  progress("plain (state and outputs left in clear, for the ratio) …");
  return withNode(await buildPlainBundle(), async (node) => {
    const world = await prepare(node, count.senders);
    await broadcastAll(node, signTransfers(world, WARM_UP));
    const txs = signTransfers(world, count.transfers);
    return { plainTransfersPerSecond: round(txs.length / (await broadcastAll(node, txs))) };
  });
}

async function measureFollower() {
  const bundle = join(root, "packages/enclave/dist/bundles/enclave-development.mjs");
  return { following: await measureFollowing(bundle, count.senders, count.follow) };
}

async function measureAlone() {
  progress("in one thread …");
  return { inProcessCommitMs: await measureInProcess(count.latency * 5) };
}

function measureEngine() {
  progress("wasm engine …");
  return { engine: engineFigures() };
}

function measureQuotes() {
  progress("verifying quotes …");
  return { quoteVerificationMs: quoteFigures() };
}

const result = {
  date: new Date().toISOString().slice(0, 10),
  machine: {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  },
  load: count,
  ...(parts.has("starts") ? await measureStarts() : {}),
  ...(parts.has("transfers") || parts.has("queries") ? await measureEncrypted() : {}),
  ...(parts.has("plain") ? await measurePlain() : {}),
  ...(parts.has("follow") ? await measureFollower() : {}),
  ...(parts.has("in-process") ? await measureAlone() : {}),
  ...(parts.has("engine") ? measureEngine() : {}),
  ...(parts.has("quotes") ? measureQuotes() : {}),
};
if (result.encryptedTransfers !== undefined && result.plainTransfersPerSecond !== undefined) {
  result.ratioEncryptedToPlain = round(result.encryptedTransfers.perSecond / result.plainTransfersPerSecond, 2);
}
mkdirSync(join(root, "bench/results"), { recursive: true });
const file = join(root, `bench/results/${options.name}.json`);
writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`);
console.log(JSON.stringify(result, undefined, 2));
progress(`written to bench/results/${options.name}.json`);
