/**
 * `npm run bench`: the whole system, with the enclave in its own process, durable commits, distinct senders and real
 * signatures. Prints the figures and writes them as JSON below bench/results.
 *
 *   npm run bench -- --transfers 8000 --senders 60 --queries 1000 --name laptop
 *   npm run bench -- --only transfers,queries
 *   npm run bench -- --only transfers,state-proofs,registration,verified
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startLocalnet } from "../scripts/lib/localnet.mjs";
import { root } from "../scripts/lib/root.mjs";
import { isStale } from "../scripts/lib/stale.mjs";

/** Parts in the order in which they are measured; `--only` takes some of them. */
const PARTS = [
  "starts",
  "transfers",
  "queries",
  "plain",
  "state-proofs",
  "follow",
  "registration",
  "in-process",
  "engine",
  "quotes",
  "verified",
];

const { values: options } = parseArgs({
  options: {
    transfers: { type: "string", default: "6000" },
    senders: { type: "string", default: "50" },
    queries: { type: "string", default: "2000" },
    background: { type: "string", default: "50" },
    latency: { type: "string", default: "40" },
    starts: { type: "string", default: "5" },
    follow: { type: "string", default: "3000" },
    registrations: { type: "string", default: "5" },
    only: { type: "string", default: PARTS.join(",") },
    name: { type: "string", default: "local" },
  },
});
const count = Object.fromEntries(
  ["transfers", "senders", "queries", "background", "latency", "starts", "follow", "registrations"].map((key) => [
    key,
    Number(options[key]),
  ]),
);
const parts = new Set(options.only.split(","));
const strange = [...parts].filter((part) => !PARTS.includes(part));
if (strange.length > 0) {
  console.error(`no such part: ${strange.join(", ")}; --only takes ${PARTS.join(", ")}, separated by commas`);
  process.exit(2);
}

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
const { measureRegistration } = await import("./lib/registration.mjs");
const { verifiedFigures } = await import("./lib/verified-figures.mjs");
const { broadcastAll, measureLatency, measureTransfers, signTransfers } = await import("./lib/transfers.mjs");
const { prepare } = await import("./lib/world.mjs");

/** Transfers before anything is measured: both just-in-time compilers have seen the code then. */
const WARM_UP = 1000;

const DEVELOPMENT_BUNDLE = join(root, "packages/enclave/dist/bundles/enclave-development.mjs");

async function withNode(bundle, run, args = []) {
  const node = await startNode(bundle, args);
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
  return withNode(DEVELOPMENT_BUNDLE, async (node) => {
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
  return { following: await measureFollowing(DEVELOPMENT_BUNDLE, count.senders, count.follow) };
}

/** The same transfers where the enclave demands proofs of what it reads. */
async function measureProven() {
  progress("encrypted, state proven …");
  const measure = async (node) => {
    const world = await prepare(node, count.senders);
    await broadcastAll(node, signTransfers(world, WARM_UP));
    return { provenTransfers: await measureTransfers(world, count.transfers) };
  };
  return withNode(DEVELOPMENT_BUNDLE, measure, ["--state-proofs", "all"]);
}

async function measureJoining() {
  progress(`registering (${count.registrations}) …`);
  const measure = (node) => measureRegistration(node, DEVELOPMENT_BUNDLE, count.registrations);
  return { registrationSeconds: await withNode(DEVELOPMENT_BUNDLE, measure) };
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

function measureVerified() {
  progress("verifying blocks and state …");
  return { verifiedExecutionUs: verifiedFigures() };
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
  ...(parts.has("state-proofs") ? await measureProven() : {}),
  ...(parts.has("follow") ? await measureFollower() : {}),
  ...(parts.has("registration") ? await measureJoining() : {}),
  ...(parts.has("in-process") ? await measureAlone() : {}),
  ...(parts.has("engine") ? measureEngine() : {}),
  ...(parts.has("quotes") ? measureQuotes() : {}),
  ...(parts.has("verified") ? measureVerified() : {}),
};
if (result.encryptedTransfers !== undefined && result.provenTransfers !== undefined) {
  result.ratioProvenToBelieved = round(result.provenTransfers.perSecond / result.encryptedTransfers.perSecond, 2);
}
if (result.encryptedTransfers !== undefined && result.plainTransfersPerSecond !== undefined) {
  result.ratioEncryptedToPlain = round(result.encryptedTransfers.perSecond / result.plainTransfersPerSecond, 2);
}
mkdirSync(join(root, "bench/results"), { recursive: true });
const file = join(root, `bench/results/${options.name}.json`);
writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`);
console.log(JSON.stringify(result, undefined, 2));
progress(`written to bench/results/${options.name}.json`);
