/**
 * `npm run demo`: one private token transfer in a terminal, what the network sees beside what the user sees.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SecretNetworkClient, Wallet } from "secretjs";
import { MNEMONICS, startLocalnet } from "./lib/localnet.mjs";
import { root } from "./lib/root.mjs";
import { isStale } from "./lib/stale.mjs";

const COLUMN = 56;
const bold = (text) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);
const dim = (text) => (process.stdout.isTTY ? `\x1b[2m${text}\x1b[0m` : text);

function wrap(text, width) {
  const lines = [];
  for (let rest = text; rest.length > 0; rest = rest.slice(width)) lines.push(rest.slice(0, width));
  return lines.length === 0 ? [""] : lines;
}

/** Prints two texts side by side. */
function sideBySide(title, network, user) {
  const left = wrap(network, COLUMN).slice(0, 6);
  const right = wrap(user, COLUMN);
  console.log(`\n${bold(title)}`);
  console.log(`  ${dim("what the network sees".padEnd(COLUMN))}   ${dim("what the user sees")}`);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    console.log(`  ${(left[i] ?? "").padEnd(COLUMN)} │ ${right[i] ?? ""}`);
  }
}

function clientOf(ready, mnemonic) {
  const wallet = new Wallet(mnemonic);
  return new SecretNetworkClient({ url: ready.rest, chainId: ready.chain_id, wallet, walletAddress: wallet.address });
}

const attribute = (tx, type, key) => tx.arrayLog.find((entry) => entry.type === type && entry.key === key)?.value;
const options = (gasLimit) => ({ gasLimit, broadcastCheckIntervalMs: 30 });

async function deployToken(client) {
  const wasm_byte_code = new Uint8Array(readFileSync(join(root, "contracts/artifacts/token.wasm")));
  const stored = await client.tx.compute.storeCode(
    { sender: client.address, wasm_byte_code, source: "", builder: "" },
    options(5_000_000),
  );
  const code_id = Number(attribute(stored, "message", "code_id"));
  const { code_hash } = await client.query.compute.codeHashByCodeId({ code_id: String(code_id) });
  const init_msg = {
    name: "Private Coin",
    symbol: "PRIV",
    decimals: 6,
    prng_seed: Buffer.from("demo").toString("base64"),
    initial_balances: [{ address: client.address, amount: "1000000" }],
  };
  const made = await client.tx.compute.instantiateContract(
    { sender: client.address, code_id, code_hash, label: "demo token", init_msg, init_funds: [] },
    options(500_000),
  );
  return { code_hash, address: attribute(made, "message", "contract_address") };
}

/** The raw transaction as any node serves it to anybody. */
async function rawTx(ready, hash) {
  const response = await fetch(`${ready.rest}/cosmos/tx/v1beta1/txs/${hash}`);
  return (await response.json()).tx_response;
}

if (isStale()) {
  console.error("Building Enclavenet (once per change of sources) …");
  const build = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: ["ignore", 2, "inherit"] });
  if (build.status !== 0) process.exit(build.status ?? 1);
}

console.log("Starting a network of one enclave …");
const { ready, stop } = await startLocalnet();
try {
  const alice = clientOf(ready, MNEMONICS.a);
  const bob = clientOf(ready, MNEMONICS.b);
  console.log(`Chain ${ready.chain_id}, enclave process ${ready.enclave_pid}. Uploading a token contract …`);
  const token = await deployToken(alice);
  const execute = (client, msg) =>
    client.tx.compute.executeContract(
      { sender: client.address, contract_address: token.address, code_hash: token.code_hash, msg, sent_funds: [] },
      options(300_000),
    );

  const message = { transfer: { recipient: bob.address, amount: "250000", memo: "rent, as agreed" } };
  const tx = await execute(alice, message);
  const raw = await rawTx(ready, tx.transactionHash);
  sideBySide("Alice's message", raw.tx.body.messages[0].msg, JSON.stringify(message));

  await execute(bob, { set_viewing_key: { key: "bob's key" } });
  const query = { balance: { address: bob.address, key: "bob's key" } };
  const encrypted = await bob.encryptionUtils.encrypt(token.code_hash, query);
  const answer = await fetch(
    `${ready.rest}/compute/v1beta1/query/${token.address}?query=${encodeURIComponent(Buffer.from(encrypted).toString("base64"))}`,
  ).then((response) => response.json());
  const balance = await bob.query.compute.queryContract({
    contract_address: token.address,
    code_hash: token.code_hash,
    query,
  });
  sideBySide("Bob's balance", answer.data, JSON.stringify(balance));

  const failed = await execute(bob, { transfer: { recipient: alice.address, amount: "999999999" } });
  const rawFailed = await rawTx(ready, failed.transactionHash);
  sideBySide(
    "A transfer that Bob cannot pay for",
    rawFailed.raw_log,
    failed.rawLog.replace(/^.*message index: 0: /, ""),
  );

  console.log(
    `\nThe node, its disk and its operator had the left column only. Plaintext existed in process ${ready.enclave_pid}.`,
  );
  console.log("A software enclave proves nothing against the operator of this machine; see docs/security.md.\n");
} finally {
  await stop();
}
