/** Transfers: how many a second, and how long one takes. */
import { rpc, rpcBatch } from "./nodes.mjs";
import { median, percentile, progress, round } from "./statistics.mjs";
import { commit } from "./wallets.mjs";
import { balance, height, idle, TOKENS, transfer } from "./world.mjs";

/** Transactions per request: the load must not cost more than what it measures. */
const BATCH = 10;

/** Transactions that the senders together may have outside blocks; a client waits, too. */
const OUTSTANDING = 500;

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function crossings(node) {
  const { node_info } = await rpc(node, "status");
  return Number(node_info.other.enclave_calls) + Number(node_info.other.enclave_ocalls);
}

export function signTransfers(world, count) {
  progress(`  signing ${count} transfers …`);
  return Array.from({ length: count }, (_, i) => transfer(world, i));
}

function bySender(txs) {
  const groups = new Map();
  for (const { sender, tx } of txs) {
    const own = groups.get(sender);
    if (own === undefined) groups.set(sender, [tx]);
    else own.push(tx);
  }
  return [...groups.values()];
}

/** Keeps count of what waits, so that senders wait for room as honest clients do. */
class Room {
  #node;
  #waiting = 0;
  #acceptedSince = 0;
  #inFlight = 0;
  #closed = false;

  constructor(node) {
    this.#node = node;
  }

  async watch() {
    while (!this.#closed) {
      this.#acceptedSince = 0;
      this.#waiting = Number((await rpc(this.#node, "num_unconfirmed_txs")).total);
      await sleep(20);
    }
  }

  close() {
    this.#closed = true;
  }

  async send(txs) {
    while (OUTSTANDING - this.#waiting - this.#acceptedSince - this.#inFlight < txs.length) await sleep(3);
    this.#inFlight += txs.length;
    const calls = txs.map((tx) => ({ method: "broadcast_tx_sync", params: { tx } }));
    for (const { code, log } of await rpcBatch(this.#node, calls)) if (code !== 0) throw new Error(`refused: ${log}`);
    this.#inFlight -= txs.length;
    this.#acceptedSince += txs.length;
  }
}

/** Broadcasts in small batches per sender, all senders at once; seconds until everything is committed. */
export async function broadcastAll(node, txs) {
  progress("  broadcasting …");
  const room = new Room(node);
  const watching = room.watch();
  const started = performance.now();
  await Promise.all(
    bySender(txs).map(async (own) => {
      for (let at = 0; at < own.length; at += BATCH) await room.send(own.slice(at, at + BATCH));
    }),
  );
  await idle(node);
  const seconds = (performance.now() - started) / 1000;
  room.close();
  await watching;
  return seconds;
}

export async function measureTransfers(world, count) {
  const { node } = world;
  const txs = signTransfers(world, count);
  const before = await crossings(node);
  const firstBlock = (await height(node)) + 1;
  const seconds = await broadcastAll(node, txs);
  const after = await crossings(node);
  const lastBlock = await height(node);
  await checkResults(node, firstBlock, lastBlock, txs.length);
  await checkSum(world);
  return {
    perSecond: round(txs.length / seconds),
    perBlock: round(txs.length / (lastBlock - firstBlock + 1)),
    crossingsPerTransfer: round((after - before) / txs.length, 2),
  };
}

/** Every transfer is in a block and succeeded. */
async function checkResults(node, first, last, expected) {
  let committed = 0;
  for (let at = first; at <= last; at++) {
    const { txs_results } = await rpc(node, "block_results", { height: String(at) });
    for (const result of txs_results ?? []) {
      if (result.code !== 0) throw new Error(`a transfer failed: ${result.log}`);
      committed++;
    }
  }
  if (committed !== expected) throw new Error(`${committed} of ${expected} transfers are in blocks`);
}

/** No token was lost or made. */
async function checkSum(world) {
  let sum = 0n;
  for (let i = 0; i < world.senders.length; i++) sum += await balance(world, i);
  const expected = TOKENS * BigInt(world.senders.length);
  if (sum !== expected) throw new Error(`balances sum to ${sum}, not ${expected}`);
}

/** Milliseconds from the broadcast of one transfer to its commit, on the default batching window. */
export async function measureLatency(world, count) {
  const times = [];
  for (let i = 0; i < count; i++) {
    await sleep(20 + (i % 7) * 60);
    const tx = Buffer.from(transfer(world, 0).tx, "base64");
    const started = performance.now();
    await commit(world.node, tx);
    times.push(performance.now() - started);
  }
  return { p50: round(median(times)), p95: round(percentile(times, 0.95)) };
}
