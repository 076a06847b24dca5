/**
 * Shows by the system calls of the built node that a client is answered only after everything is on disk: sends one
 * contract's execution by `broadcast_tx_commit` under `strace` and prints the flushes of that block in the order in which they
 * returned, with the answer to the client at the end.
 *
 *   node scripts/trace-commit.mjs      needs strace on PATH; exits with 1 when a flush is missing or late
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MNEMONICS } from "./lib/localnet.mjs";
import { root } from "./lib/root.mjs";
import { isStale } from "./lib/stale.mjs";

if (spawnSync("strace", ["-V"], { stdio: "ignore" }).status !== 0) {
  console.error("strace is not on PATH: install it with the system's package manager");
  process.exit(1);
}
if (isStale()) {
  const build = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: ["ignore", 2, "inherit"] });
  if (build.status !== 0) process.exit(build.status ?? 1);
}
const { rest, rpc } = await import("../bench/lib/nodes.mjs");
const { BenchWallet, eventValue, instantiate, primitives, storeCode } = await import("../bench/lib/wallets.mjs");

/** What must be on disk before the answer, in this order: what it is, and the line of the trace that shows it. */
const FLUSHES = [
  ["sign state", /fsync\(\d+<.*priv_validator_state\.json\.tmp>\)/],
  ["sign state, its name", /fsync\(\d+<[^>]*\/data>\)/],
  ["block and commit", /fdatasync\(\d+<.*\/data\/blocks\/data\.mdb>\)/],
  ["enclave: block opened", /pwrite64\(\d+<.*progress\.sealed\.[01]>/],
  ["enclave: block closed", /pwrite64\(\d+<.*progress\.sealed\.[01]>/],
  ["answer of FinalizeBlock", /fdatasync\(\d+<.*\/data\/blocks\/data\.mdb>\)/],
  ["application state", /fdatasync\(\d+<.*\/data\/state\/data\.mdb>\)/],
  ["engine state and index", /fdatasync\(\d+<.*\/data\/blocks\/data\.mdb>\)/],
  ["answer to the client", /"HTTP\/1\.1 200|tx_result/],
];

/** Whole calls of a trace in the order in which they returned. */
function returned(text) {
  const open = new Map();
  const calls = [];
  for (const line of text.split("\n")) {
    const [, pid, rest] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    if (rest === undefined) continue;
    if (rest.endsWith("<unfinished ...>")) open.set(pid, rest.replace(" <unfinished ...>", ""));
    else if (rest.includes("resumed>")) calls.push((open.get(pid) ?? "") + rest.replace(/^.*resumed>/, ""));
    else calls.push(rest.replace(/^[\d.]+ /, ""));
  }
  return calls;
}

/** The call of each step, each after the one before; undefined where there is none. */
function evidence(calls) {
  let at = 0;
  return FLUSHES.map(([what, pattern]) => {
    const found = calls.findIndex((call, i) => i >= at && pattern.test(call) && !/= -1 /.test(call));
    if (found >= 0) at = found + 1;
    return { what, call: found < 0 ? undefined : calls[found], at: found };
  });
}

const folder = mkdtempSync(join(tmpdir(), "enclavenet-trace-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, "tmp"));
const trace = join(folder, "trace");
const ports = ["rpc", "rest", "grpc", "grpc-web", "faucet"].flatMap((name) => [`--${name}-port`, "0"]);
const child = spawn(
  "strace",
  [
    ...["-f", "-y", "-s", "64", "-o", trace],
    ...["-e", "trace=fsync,fdatasync,msync,openat,pwrite64,write,writev,rename"],
    ...[process.execPath, join(root, "packages/node/bin/enclavenet.mjs"), "localnet", "--json"],
    ...["--home", join(folder, "home"), "--block-time", "manual", ...ports],
  ],
  { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, TMPDIR: join(folder, "tmp") } },
);
const ended = new Promise((resolve) => child.once("exit", resolve));
const ready = await new Promise((resolve, reject) => {
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
    if (text.includes("\n")) resolve(JSON.parse(text.split("\n")[0]));
  });
  void ended.then((code) => reject(new Error(`the node ended with code ${code}`)));
});
/** Sends a transaction, makes a block when it has arrived, and returns what `broadcast_tx_commit` answers. */
async function commit(message, gas) {
  const tx = Buffer.from(wallet.sign([message], gas)).toString("base64");
  const asked = rpc(ready, "broadcast_tx_commit", { tx });
  while ((await rpc(ready, "num_unconfirmed_txs")).total === "0") await new Promise((later) => setTimeout(later, 5));
  await rpc(ready, "unsafe_produce_block");
  const answer = await asked;
  if (answer.tx_result.code !== 0) throw new Error(answer.tx_result.log);
  return answer;
}

const wallet = await BenchWallet.fromMnemonic(MNEMONICS.a).load(ready);
const { key } = await rest(ready, "/registration/v1beta1/tx-key");
const network = { ioPublicKey: new Uint8Array(Buffer.from(key, "base64")) };
const wasm = new Uint8Array(readFileSync(join(root, "contracts/artifacts/counter.wasm")));
const codeHash = Buffer.from(primitives.sha256(wasm)).toString("hex");
await commit(storeCode(wallet, wasm), 3_000_000n);
const made = await commit(instantiate(wallet, network, "1", codeHash, "trace", { count: 0 }), 300_000n);
const contract = { codeHash, address: eventValue(made, "message", "contract_address") };
const before = readFileSync(trace, "utf8").length;
const answer = await commit(wallet.execute(network, contract, { increment: {} }), 150_000n);
process.kill(ready.pid, "SIGTERM");
await ended;

const text = readFileSync(trace, "utf8").slice(before);
const slots = text.match(/openat\(.*progress\.sealed\.[01].*O_SYNC.*/g) ?? [];
const steps = evidence(returned(text));
for (const { what, call } of steps) console.log(`${what.padEnd(24)} ${call?.slice(0, 110) ?? "MISSING"}`);
console.log(
  `\nheight ${answer.height}, code ${answer.tx_result.code}; the enclave's slots are open with O_SYNC: ${slots.length > 0}`,
);
if (steps.some(({ call }) => call === undefined) || slots.length === 0) process.exitCode = 1;
