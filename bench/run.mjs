/**
 * `npm run bench`: the whole system, with the enclave in its own process, durable commits, distinct senders and real
 * signatures. Prints the figures and writes them as JSON below bench/results.
 *
 *   npm run bench -- --transfers 8000 --senders 60 --queries 1000 --name laptop
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MNEMONICS, startLocalnet } from "../scripts/lib/localnet.mjs";
import { root } from "../scripts/lib/root.mjs";
import { isStale } from "../scripts/lib/stale.mjs";

const { values: options } = parseArgs({
  options: {
    transfers: { type: "string", default: "4000" },
    senders: { type: "string", default: "50" },
    queries: { type: "string", default: "1000" },
    latency: { type: "string", default: "40" },
    starts: { type: "string", default: "5" },
    name: { type: "string", default: "local" },
  },
});
const count = Object.fromEntries(
  ["transfers", "senders", "queries", "latency", "starts"].map((key) => [key, Number(options[key])]),
);

if (isStale()) {
  const build = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: ["ignore", 2, "inherit"] });
  if (build.status !== 0) process.exit(build.status ?? 1);
}
const { residentMb, rest, rpc, rpcBatch, startNode } = await import("./lib/nodes.mjs");
const { BenchWallet, commit, eventValue, instantiate, multiSend, storeCode } = await import("./lib/wallets.mjs");
const { buildPlainBundle } = await import("./lib/plain-bundle.mjs");

/** Transactions per request: the load must not cost more than what it measures. */
const BATCH = 10;

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const percentile = (values, p) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))];
const round = (value, digits = 1) => Number(value.toFixed(digits));
const progress = (text) => process.stderr.write(`${text}\n`);

async function crossings(node) {
  const { node_info } = await rpc(node, "status");
  return Number(node_info.other.enclave_calls) + Number(node_info.other.enclave_ocalls);
}

/** Funds the senders and gives each of them tokens. */
async function prepare(node) {
  const { key } = await rest(node, "/registration/v1beta1/tx-key");
  const network = { ioPublicKey: new Uint8Array(Buffer.from(key, "base64")) };
  const rich = await BenchWallet.fromMnemonic(MNEMONICS.a).load(node);
  const senders = Array.from({ length: count.senders }, (_, i) => BenchWallet.numbered(i));
  await commit(node, rich.sign([multiSend(rich, senders, "1000000000")], 5_000_000n));
  const wasm = new Uint8Array(readFileSync(join(root, "contracts/artifacts/token.wasm")));
  const stored = await commit(node, rich.sign([storeCode(rich, wasm)], 5_000_000n));
  const codeId = eventValue(stored, "message", "code_id");
  const { code_hash: codeHash } = await rest(node, `/compute/v1beta1/code_hash/by_code_id/${codeId}`);
  const initMsg = {
    name: "Bench",
    symbol: "BENCH",
    decimals: 6,
    prng_seed: Buffer.from("bench").toString("base64"),
    initial_balances: senders.map(({ text }) => ({ address: text, amount: "1000000" })),
  };
  const made = await commit(
    node,
    rich.sign([instantiate(rich, network, codeId, codeHash, "bench", initMsg)], 20_000_000n),
  );
  const contract = { codeHash, address: eventValue(made, "message", "contract_address") };
  for (const sender of senders) await sender.load(node);
  for (const sender of senders) {
    const msg = sender.execute(network, contract, { set_viewing_key: { key: "bench" } });
    await rpc(node, "broadcast_tx_sync", { tx: Buffer.from(sender.sign([msg], 300_000n)).toString("base64") });
  }
  await idle(node);
  return { network, senders, contract };
}

/** Waits until the mempool is empty. */
async function idle(node) {
  for (;;) {
    const { total } = await rpc(node, "num_unconfirmed_txs");
    if (total === "0") return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function measureTransfers(node, { network, senders, contract }) {
  progress(`  signing ${count.transfers} transfers …`);
  const txs = signTransfers({ network, senders, contract });
  const before = await crossings(node);
  const firstBlock = Number((await rpc(node, "status")).sync_info.latest_block_height) + 1;
  progress("  broadcasting …");
  const seconds = await broadcastAll(node, txs);
  const after = await crossings(node);
  const lastBlock = Number((await rpc(node, "status")).sync_info.latest_block_height);
  await checkResults(node, firstBlock, lastBlock, txs.length);
  await checkSum(node, { network, senders, contract });
  return {
    perSecond: round(txs.length / seconds),
    crossingsPerTransfer: round((after - before) / txs.length, 2),
    blocks: lastBlock - firstBlock + 1,
  };
}

function signTransfers({ network, senders, contract }) {
  return Array.from({ length: count.transfers }, (_, i) => {
    const sender = senders[i % senders.length];
    const recipient = senders[(i + 1) % senders.length].text;
    const msg = sender.execute(network, contract, { transfer: { recipient, amount: "1" } });
    return { sender, tx: Buffer.from(sender.sign([msg], 300_000n)).toString("base64") };
  });
}

/** Broadcasts in small batches per sender, all senders at once; seconds until everything is committed. */
async function broadcastAll(node, txs) {
  const started = performance.now();
  await Promise.all(
    [...groupBySender(txs).values()].map(async (own) => {
      for (let at = 0; at < own.length; at += BATCH) {
        const calls = own.slice(at, at + BATCH).map(({ tx }) => ({ method: "broadcast_tx_sync", params: { tx } }));
        for (const { code, log } of await rpcBatch(node, calls)) if (code !== 0) throw new Error(`refused: ${log}`);
      }
    }),
  );
  await idle(node);
  return (performance.now() - started) / 1000;
}

function groupBySender(txs) {
  const groups = new Map();
  for (const one of txs) groups.set(one.sender, [...(groups.get(one.sender) ?? []), one]);
  return groups;
}

/** Every transfer is in a block and succeeded. */
async function checkResults(node, first, last, expected) {
  let committed = 0;
  for (let height = first; height <= last; height++) {
    const { txs_results } = await rpc(node, "block_results", { height: String(height) });
    for (const result of txs_results ?? []) {
      if (result.code !== 0) throw new Error(`a transfer failed: ${result.log}`);
      committed++;
    }
  }
  if (committed !== expected) throw new Error(`${committed} of ${expected} transfers are in blocks`);
}

/** No token was lost or made. */
async function checkSum(node, { network, senders, contract }) {
  let sum = 0n;
  for (const sender of senders) {
    const { balance } = await sender.query(node, network, contract, {
      balance: { address: sender.text, key: "bench" },
    });
    sum += BigInt(balance.amount);
  }
  const expected = 1_000_000n * BigInt(senders.length);
  if (sum !== expected) throw new Error(`balances sum to ${sum}, not ${expected}`);
}

async function measureLatency(node, { network, senders, contract }) {
  const times = [];
  const [sender, recipient] = senders;
  for (let i = 0; i < count.latency; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20 + (i % 7) * 60));
    const msg = sender.execute(network, contract, { transfer: { recipient: recipient.text, amount: "1" } });
    const tx = sender.sign([msg], 300_000n);
    const started = performance.now();
    await commit(node, tx);
    times.push(performance.now() - started);
  }
  return { p50: round(median(times)), p95: round(percentile(times, 0.95)) };
}

async function measureQueries(node, { network, senders, contract }) {
  const times = [];
  const lanes = 4;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (let i = lane; i < count.queries; i += lanes) {
        const sender = senders[i % senders.length];
        const one = performance.now();
        await sender.query(node, network, contract, { balance: { address: sender.text, key: "bench" } });
        times.push(performance.now() - one);
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  return { perSecond: round(count.queries / seconds), p50: round(median(times)), p95: round(percentile(times, 0.95)) };
}

async function withNode(bundle, run) {
  const node = await startNode(bundle);
  try {
    return await run(node);
  } finally {
    await node.stop();
  }
}

/** Milliseconds from the start of the built command to its ready line, which comes after the first block. */
async function measureStart() {
  const started = performance.now();
  const { stop } = await startLocalnet();
  const ms = performance.now() - started;
  await stop();
  return ms;
}

const bundle = join(root, "packages/enclave/dist/bundles/enclave-development.mjs");
progress(`cold starts (${count.starts}) …`);
const readyTimes = [];
for (let i = 0; i < count.starts; i++) readyTimes.push(await measureStart());

progress("encrypted …");
const encrypted = await withNode(bundle, async (node) => {
  const world = await prepare(node);
  const latency = await measureLatency(node, world);
  const transfers = await measureTransfers(node, world);
  const queries = await measureQueries(node, world);
  return { latency, transfers, queries, memory: { host: residentMb(node.pid), enclave: residentMb(node.enclavePid) } };
});

progress("plain (state and outputs left in clear, for the ratio) …");
const plain = await withNode(await buildPlainBundle(), async (node) => {
  const world = await prepare(node);
  return { perSecond: await measurePlain(node, world) };
});

/** The same transfers on a build without encryption of state and outputs; its queries cannot be decrypted, so no sums. */
async function measurePlain(node, { network, senders, contract }) {
  const txs = signTransfers({ network, senders, contract });
  return round(txs.length / (await broadcastAll(node, txs)));
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
  coldStartToReadyMs: { median: round(median(readyTimes)), all: readyTimes.map((ms) => round(ms)) },
  transactionToCommitMs: encrypted.latency,
  encryptedTransfersPerSecond: encrypted.transfers.perSecond,
  transfersPerBlock: round(count.transfers / encrypted.transfers.blocks),
  crossingsPerTransfer: encrypted.transfers.crossingsPerTransfer,
  queriesPerSecond: encrypted.queries.perSecond,
  queryMs: { p50: encrypted.queries.p50, p95: encrypted.queries.p95 },
  memoryMb: encrypted.memory,
  plainTransfersPerSecond: plain.perSecond,
  ratioEncryptedToPlain: round(encrypted.transfers.perSecond / plain.perSecond, 2),
};
mkdirSync(join(root, "bench/results"), { recursive: true });
const file = join(root, `bench/results/${options.name}.json`);
writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`);
console.log(JSON.stringify(result, undefined, 2));
progress(`written to bench/results/${options.name}.json`);
