/**
 * `npm run demo`: one private token transfer in a terminal, what the network sees beside what the user sees.
 */
import { clientOf, deployToken, executor } from "./lib/contracts.mjs";
import { MNEMONICS, startLocalnet } from "./lib/localnet.mjs";
import { buildIfStale } from "./lib/stale.mjs";

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

/** The raw transaction as any node serves it to anybody. */
async function rawTx(ready, hash) {
  const response = await fetch(`${ready.rest}/cosmos/tx/v1beta1/txs/${hash}`);
  return (await response.json()).tx_response;
}

buildIfStale();
console.log("Starting a network of one enclave …");
const { ready, stop } = await startLocalnet();
try {
  const alice = clientOf(ready, MNEMONICS.a);
  const bob = clientOf(ready, MNEMONICS.b);
  console.log(`Chain ${ready.chain_id}, enclave process ${ready.enclave_pid}. Uploading a token contract …`);
  const token = await deployToken(alice, "demo");
  const execute = (client, msg) => executor(client, token)(msg);

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
