/** A node with funded senders and a token that all of them hold. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MNEMONICS } from "../../scripts/lib/localnet.mjs";
import { root } from "../../scripts/lib/root.mjs";
import { rest, rpc } from "./nodes.mjs";
import { BenchWallet, commit, eventValue, instantiate, multiSend, storeCode } from "./wallets.mjs";

export const TOKENS = 1_000_000n;
const VIEWING_KEY = "bench";

/** The token's wasm. */
export const tokenWasm = () => new Uint8Array(readFileSync(join(root, "contracts/artifacts/token.wasm")));

export function tokenInit(senders) {
  return {
    name: "Bench",
    symbol: "BENCH",
    decimals: 6,
    prng_seed: Buffer.from("bench").toString("base64"),
    initial_balances: senders.map(({ text }) => ({ address: text, amount: TOKENS.toString() })),
  };
}

/** Funds `count` senders, stores and instantiates the token, and gives everybody a viewing key. */
export async function prepare(node, count) {
  const { key } = await rest(node, "/registration/v1beta1/tx-key");
  const network = { ioPublicKey: new Uint8Array(Buffer.from(key, "base64")) };
  const rich = await BenchWallet.fromMnemonic(MNEMONICS.a).load(node);
  const senders = Array.from({ length: count }, (_, i) => BenchWallet.numbered(i));
  await commit(node, rich.sign([multiSend(rich, senders, "1000000000")], 5_000_000n));
  const stored = await commit(node, rich.sign([storeCode(rich, tokenWasm())], 5_000_000n));
  const codeId = eventValue(stored, "message", "code_id");
  const { code_hash: codeHash } = await rest(node, `/compute/v1beta1/code_hash/by_code_id/${codeId}`);
  const init = instantiate(rich, network, codeId, codeHash, "bench", tokenInit(senders));
  const made = await commit(node, rich.sign([init], 20_000_000n));
  const contract = { codeHash, address: eventValue(made, "message", "contract_address") };
  for (const sender of senders) await sender.load(node);
  for (const sender of senders) {
    const msg = sender.execute(network, contract, { set_viewing_key: { key: VIEWING_KEY } });
    await rpc(node, "broadcast_tx_sync", { tx: Buffer.from(sender.sign([msg], 300_000n)).toString("base64") });
  }
  await idle(node);
  return { node, network, senders, contract };
}

/** Waits until the mempool is empty. */
export async function idle(node) {
  for (;;) {
    const { total } = await rpc(node, "num_unconfirmed_txs");
    if (total === "0") return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function height(node) {
  return Number((await rpc(node, "status")).sync_info.latest_block_height);
}

/** A signed transfer of one token from the `i`th sender to the next. */
export function transfer({ network, senders, contract }, i) {
  const sender = senders[i % senders.length];
  const recipient = senders[(i + 1) % senders.length].text;
  const msg = sender.execute(network, contract, { transfer: { recipient, amount: "1" } });
  return { sender, tx: Buffer.from(sender.sign([msg], 300_000n)).toString("base64") };
}

/** The question for the `i`th sender's balance: an encrypted query. */
export function balanceQuestion({ network, senders, contract }, i) {
  const sender = senders[i % senders.length];
  return sender.question(network, contract, { balance: { address: sender.text, key: VIEWING_KEY } });
}

/** What the answer to a {@link balanceQuestion} says. */
export const openBalance = ({ open }, answer) => BigInt(open(answer).balance.amount);

/** The `i`th sender's balance. */
export async function balance(world, i) {
  const question = balanceQuestion(world, i);
  return openBalance(question, await rest(world.node, question.path));
}
