/**
 * `npm run scenario:network`: a network of one's own. A first node and three that join it by transaction, each with its own enclave
 * process and home; a private token used through all of them; the same app hash at every height; one node revoked. Ends with code 1
 * when anything is not as it should be.
 */
import { strictEqual as equal, ok } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientOf, deployToken, executor } from "./lib/contracts.mjs";
import { MNEMONICS, runCommand, startNode } from "./lib/localnet.mjs";
import { buildIfStale } from "./lib/stale.mjs";

const FOLLOWERS = ["alpha", "beta", "gamma"];
const AUTHORITY = "secret14aj08vd2ntty7dvskdmdu4zhf23mcwgtute8dz";
const PAYERS = [MNEMONICS.b, MNEMONICS.c, MNEMONICS.d];
const SYNC_MS = 30_000;

buildIfStale();
const folder = mkdtempSync(join(tmpdir(), "enclavenet-scenario-"));
const at = (name) => join(folder, name);
const nodes = [];

async function rpc(node, path) {
  const response = await fetch(`${node.ready.rpc}/${path}`);
  return (await response.json()).result;
}

const rest = async (node, path) => (await fetch(`${node.ready.rest}${path}`)).json();
const heightOf = async (node) => Number((await rpc(node, "status")).sync_info.latest_block_height);

async function untilHeight(node, height) {
  for (const end = performance.now() + SYNC_MS; performance.now() < end; ) {
    if ((await heightOf(node)) >= height) return;
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error(`${node.name} did not come to height ${height}`);
}

async function start(name, args) {
  const node = { name, ...(await startNode(["start", "--home", at(name), ...args])) };
  nodes.push(node);
  return node;
}

/** A home that joins, registers, and starts. */
async function joinNetwork(first, name, payer) {
  writeFileSync(at(`${name}.mnemonic`), payer, { mode: 0o600 });
  await runCommand(["init", "--home", at(name), "--join", first.ready.rpc]);
  await runCommand(["register", "--home", at(name), ...payment(name), "--node", first.ready.rpc]);
  return await start(name, ["--follow", first.ready.rpc]);
}

const payment = (name) => ["--mnemonic-file", at(`${name}.mnemonic`)];

/** Registered nodes by the owner's order, as any node tells them. */
async function registrations(node) {
  return (await rest(node, "/enclavenet/registration/v1/nodes")).nodes;
}

async function compare(height) {
  const rows = [];
  for (let at = 1; at <= height; at++) {
    const hashes = await Promise.all(
      nodes.map(async (node) => (await rpc(node, `block_results?height=${at}`)).app_hash),
    );
    rows.push({ height: at, hashes });
  }
  console.log(`\n  height  ${nodes.map(({ name }) => name.padEnd(12)).join("  ")}`);
  for (const { height: at, hashes } of rows) {
    const shown = hashes.map((hash) => Buffer.from(hash, "base64").toString("hex").slice(0, 12));
    console.log(
      `  ${String(at).padStart(6)}  ${shown.join("  ")}  ${new Set(hashes).size === 1 ? "equal" : "DIFFERENT"}`,
    );
  }
  for (const { height: at, hashes } of rows) equal(new Set(hashes).size, 1, `app hashes differ at height ${at}`);
}

async function scenario() {
  console.log("A new network: its first enclave draws the seeds and vouches for their public keys.");
  await runCommand([
    "init",
    "--home",
    at("first"),
    "--chain-id",
    "scenario-1",
    "--test-accounts",
    "--authority",
    AUTHORITY,
  ]);
  const first = await start("first", []);
  const alice = clientOf(first.ready, MNEMONICS.a);
  console.log("A private token is made while there is one node.");
  const token = await deployToken(alice, "scenario");
  await executor(alice, token)({ transfer: { recipient: clientOf(first.ready, MNEMONICS.b).address, amount: "1000" } });

  console.log(
    `${FOLLOWERS.join(", ")} register by transaction, each from an account of its own, and follow from the first block.`,
  );
  const followers = await Promise.all(FOLLOWERS.map((name, i) => joinNetwork(first, name, PAYERS[i])));
  const pids = nodes.flatMap(({ ready }) => ready.enclave_pids);
  equal(new Set(pids).size, 4, "four enclave processes");

  console.log("Encrypted transfers through the followers, with the unmodified client.");
  const bob = clientOf(followers[0].ready, MNEMONICS.b);
  for (const [i, node] of followers.entries()) {
    await untilHeight(node, await heightOf(first));
    const sent = await executor(
      clientOf(node.ready, MNEMONICS.a),
      token,
    )({
      transfer: { recipient: bob.address, amount: `${100 * (i + 1)}` },
    });
    equal(sent.code, 0, sent.rawLog);
  }
  await untilHeight(followers[0], await heightOf(first));
  equal((await executor(bob, token)({ set_viewing_key: { key: "bob's key" } })).code, 0);
  const height = await heightOf(first);
  for (const node of followers) {
    await untilHeight(node, height);
    const reader = clientOf(node.ready, MNEMONICS.b);
    const query = { balance: { address: reader.address, key: "bob's key" } };
    const { address: contract_address, code_hash } = token;
    const { balance } = await reader.query.compute.queryContract({ contract_address, code_hash, query });
    equal(balance.amount, "1600", `the balance that ${node.name} decrypts`);
  }

  console.log("The authority revokes gamma, which cannot register again; the others stay.");
  writeFileSync(at("authority.mnemonic"), MNEMONICS.validator, { mode: 0o600 });
  const gamma = followers[2];
  await gamma.stop();
  nodes.splice(nodes.indexOf(gamma), 1);
  const again = ["register", "--home", at("gamma"), ...payment("gamma"), "--node", first.ready.rpc];
  const known = JSON.parse((await runCommand([...again, "--json"])).trim());
  equal(known.event, "registered");
  const revoke = ["revoke", "--node-id", known.node_id, ...payment("authority"), "--node", first.ready.rpc];
  await runCommand(revoke);
  const refused = await runCommand(again).catch((error) => error.message);
  ok(refused.includes("this node was revoked"), refused);
  const states = (await registrations(first)).map(({ status }) => status.replace("NODE_STATUS_", "").toLowerCase());
  equal([...states].sort().join(", "), "registered, registered, registered, revoked");
  console.log(`  nodes: ${states.join(", ")}`);

  const back = await start("gamma", ["--follow", first.ready.rpc]);
  const last = await heightOf(first);
  for (const node of nodes) await untilHeight(node, last);
  ok(back.ready.height > 0, "gamma goes on from where it was");
  await compare(last);
  console.log(`\n  4 nodes, 4 enclaves, ${last} heights: the same app hash at every one of them.\n`);
}

try {
  await scenario();
} finally {
  await Promise.all(nodes.map((node) => node.stop()));
  rmSync(folder, { recursive: true, force: true });
}
