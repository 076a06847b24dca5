/** The final state, computed from the chain's blocks and compared with what the node answers: nothing lost, nothing twice. */
import { createHash } from "node:crypto";
import { rest, rpc } from "../../../bench/lib/nodes.mjs";

function demand(condition, message) {
  if (!condition) throw new Error(message);
}

/** Transactions of all blocks with their results, in order. */
async function* included(node, height) {
  for (let at = 1; at <= height; at++) {
    const { block } = await rpc(node, "block", { height: String(at) });
    const { txs } = block.data;
    if (txs.length === 0) continue;
    const { txs_results } = await rpc(node, "block_results", { height: String(at) });
    for (const [i, tx] of txs.entries()) {
      const hash = createHash("sha256").update(Buffer.from(tx, "base64")).digest("hex").toUpperCase();
      yield { hash, result: txs_results[i] };
    }
  }
}

/** What the clients must have if every included transaction was applied exactly once. */
async function expectedState(node, load, height) {
  const clients = load.wallets.map(() => ({ sequence: 0n, spent: 0n }));
  const counters = new Map(load.contracts.map(({ address }) => [address, 0]));
  const seen = new Set();
  for await (const { hash, result } of included(node, height)) {
    const facts = load.sent.get(hash);
    if (facts === undefined) continue;
    demand(!seen.has(hash), `transaction ${hash} is in two blocks`);
    seen.add(hash);
    demand(result.code === 0, `transaction ${hash} failed: ${result.log}`);
    clients[facts.from].sequence += 1n;
    clients[facts.from].spent += facts.fee;
    if (facts.kind === "send") {
      clients[facts.from].spent += 7n;
      clients[facts.to].spent -= 7n;
    }
    if (facts.kind === "execute") counters.set(facts.contract, counters.get(facts.contract) + 1);
  }
  return { clients, counters, transactions: seen.size };
}

/** Fails unless sequences, balances and counters are those of the blocks. Returns how much was compared. */
export async function auditState(node, load) {
  const { sync_info } = await rpc(node, "status");
  const height = Number(sync_info.latest_block_height);
  const { clients, counters, transactions } = await expectedState(node, load, height);
  for (const [i, { sequence, spent }] of clients.entries()) {
    const wallet = await load.wallets[i].load(node);
    demand(wallet.sequence === sequence, `account ${i} has sequence ${wallet.sequence}, its blocks say ${sequence}`);
    const path = `/cosmos/bank/v1beta1/balances/${wallet.text}/by_denom?denom=uscrt`;
    const { balance } = await rest(node, path);
    const wanted = load.funds - spent;
    demand(BigInt(balance.amount) === wanted, `account ${i} has ${balance.amount}, its blocks say ${wanted}`);
  }
  for (const contract of load.contracts) {
    const { count } = await load.query(node, contract, { get_count: {} });
    const wanted = counters.get(contract.address);
    demand(count === wanted, `the contract ${contract.address} counted ${count}, its blocks say ${wanted}`);
  }
  return { height, transactions, contracts: counters.size };
}
