/** Encrypted contract queries: on an idle chain, and while blocks with transfers run. */
import { rpc } from "./nodes.mjs";
import { median, percentile, round } from "./statistics.mjs";
import { balance, height, transfer } from "./world.mjs";

/** Clients that ask one query after the other. */
const LANES = 2;

async function ask(world, count) {
  const times = [];
  const started = performance.now();
  const lane = async (first) => {
    for (let i = first; i < count; i += LANES) {
      const one = performance.now();
      await balance(world, i);
      times.push(performance.now() - one);
    }
  };
  await Promise.all(Array.from({ length: LANES }, (_, first) => lane(first)));
  const seconds = (performance.now() - started) / 1000;
  return { perSecond: round(count / seconds), p50: round(median(times)), p95: round(percentile(times, 0.95)) };
}

/** Sends `perSecond` transfers a second, signed beforehand, until it is stopped; how many it sent. */
function background({ node }, txs, perSecond) {
  let sent = 0;
  const started = performance.now();
  const timer = setInterval(() => {
    const due = Math.min(txs.length, ((performance.now() - started) * perSecond) / 1000);
    for (; sent < due; sent++) void rpc(node, "broadcast_tx_sync", { tx: txs[sent].tx });
  }, 10);
  return () => {
    clearInterval(timer);
    return sent / ((performance.now() - started) / 1000);
  };
}

export async function measureQueries(world, { queries, background: perSecond }) {
  await ask(world, 200);
  const idle = await ask(world, queries);
  const txs = Array.from({ length: perSecond * 30 }, (_, i) => transfer(world, i));
  const firstBlock = await height(world.node);
  const stop = background(world, txs, perSecond);
  const busy = await ask(world, queries);
  const transfersPerSecond = round(stop());
  const blocks = (await height(world.node)) - firstBlock;
  return { lanes: LANES, idle, whileBlocksRun: { ...busy, transfersPerSecond, blocks } };
}
