/**
 * `npm run determinism`: the same transactions on releases of Node, tiers of V8, forms of the enclave and stores; every run
 * must give the same app hash, results and gas, block by block. Exit code 1 names the first block and transaction that differ.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { differenceText, firstDifference } from "./lib/determinism/compare.mjs";
import { describeNode, installNode } from "./lib/determinism/nodes.mjs";
import { Results } from "./lib/determinism/results.mjs";
import { prepareProgram, runDriver } from "./lib/determinism/run.mjs";
import { NODE_VERSIONS, variantName, variants } from "./lib/determinism/variants.mjs";
import { root } from "./lib/root.mjs";

const HELP = `Usage: npm run determinism -- [options]

  --transactions <n>   how many (default: 5000)
  --seed <text>        what they follow from (default: 1)
  --node <path>        a Node binary, as often as you like (default: ${Object.keys(NODE_VERSIONS).join(", ")} of the npm registry)
  --current            this Node only
  --quick              three forms instead of all
  --spread             each form on one Node in turn, instead of on all
  --timeout <minutes>  of one run (default: 15)
  --results <folder>   keeps what is done there, and runs only what is not: a long matrix in pieces
  --runs <n>           ends after so many runs (with --results: the rest another time)
  --json               one JSON object on standard output instead of the table
  --help

It needs the enclave's bundle: npm run build.`;

function options() {
  const { values } = parseArgs({
    options: {
      transactions: { type: "string", default: "5000" },
      seed: { type: "string", default: "1" },
      node: { type: "string", multiple: true },
      current: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      spread: { type: "boolean", default: false },
      timeout: { type: "string", default: "15" },
      results: { type: "string" },
      runs: { type: "string", default: "1000" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const [transactions, minutes, runs] = [values.transactions, values.timeout, values.runs].map(Number);
  if (!Number.isSafeInteger(transactions) || transactions < 10) throw new Error("--transactions: 10 or more");
  if (!(minutes > 0 && minutes <= 600)) throw new Error("--timeout: minutes, up to 600");
  if (!Number.isSafeInteger(runs) || runs < 1) throw new Error("--runs: 1 or more");
  const results = values.results === undefined ? undefined : resolve(values.results);
  return { ...values, results, transactions, runs, timeoutMs: minutes * 60_000 };
}

function nodesOf({ current, node }, cache) {
  if (current) return [describeNode(process.execPath)];
  if (node !== undefined) return node.map(describeNode);
  return Object.values(NODE_VERSIONS).map((version) => describeNode(installNode(version, cache)));
}

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** Runs one variant and says in one row what came of it. `reference` is undefined for the first. */
async function row(program, variant, reference, options) {
  const started = performance.now();
  const { code, signal, stderr, lines } = await runDriver(program, variant, options);
  const difference = reference === undefined ? undefined : firstDifference(reference, lines);
  const ended = code === 0 ? undefined : `ended by ${signal ?? `exit code ${code}`}: ${stderr.trim().slice(-1000)}`;
  const blocks = lines.map((line) => JSON.parse(line));
  return {
    lines,
    name: variantName(variant),
    v8: variant.node.v8,
    blocks: blocks.length,
    transactions: blocks.reduce((sum, { txs }) => sum + txs.length, 0),
    gas: blocks.reduce((sum, { gas }) => sum + gas, 0),
    appHash: blocks.at(-1)?.appHash ?? "",
    ms: Math.round(performance.now() - started),
    same: ended === undefined && difference === undefined,
    difference,
    problem: ended ?? (difference === undefined ? undefined : differenceText(difference)),
  };
}

function printTable(rows) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, blocks, transactions, gas, appHash, ms, same, problem } of rows) {
    const facts = `${transactions} txs in ${blocks} blocks, gas ${gas}, app hash ${appHash.slice(0, 16)}`;
    console.log(`${same ? "same" : "DIFFERENT"}  ${name.padEnd(width)}  ${facts}  ${seconds(ms)}`);
    if (problem !== undefined) console.log(`    ${problem}`);
  }
}

/** Runs what is not done yet; gives a row for every variant that is, now or before. */
async function runAll(all, program, chosen) {
  const results = new Results(chosen.results, { program: program.digest, ...chosen });
  const rows = [];
  let ran = 0;
  for (const [i, variant] of all.entries()) {
    const before = results.done(variantName(variant));
    if (before === undefined && ran === chosen.runs) continue;
    const one = before ?? (await row(program, variant, results.reference, chosen));
    rows.push(one);
    if (before !== undefined) continue;
    ran++;
    results.add(one);
    console.error(`[${i + 1}/${all.length}] ${one.same ? "same" : "DIFFERENT"}, ${seconds(one.ms)}: ${one.name}`);
  }
  return rows;
}

function print(rows, all, { transactions, seed, json }) {
  const same = rows.every((one) => one.same);
  const left = all.length - rows.length;
  if (json) {
    const runs = rows.map(({ lines, ...one }) => one);
    console.log(JSON.stringify({ transactions, seed, same, left, runs }));
    return same;
  }
  printTable(rows);
  const rest = left === 0 ? "" : `; ${left} of ${all.length} are left`;
  console.log(same ? `\nOne app hash in ${rows.length} runs: ${rows[0].appHash}${rest}` : "\nThe runs differ.");
  return same;
}

async function main() {
  const chosen = options();
  if (chosen.help) return console.log(HELP);
  const cache = join(root, "node_modules/.enclavenet-determinism");
  mkdirSync(cache, { recursive: true });
  const all = variants(nodesOf(chosen, cache), chosen);
  const folder = mkdtempSync(join(cache, "run-"));
  try {
    const rows = await runAll(all, await prepareProgram(folder), chosen);
    process.exitCode = print(rows, all, chosen) ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(`determinism: ${error.message}`);
  process.exitCode = 1;
}
