/**
 * The test-suite of the unmodified client, run from a checkout of its repository against this build's local network.
 * Options: `node scripts/secretjs-suite.mjs --help`. Page: docs/testing.md.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLocalnet } from "./lib/localnet.mjs";
import { root } from "./lib/root.mjs";
import { HELP, jestOf, parseOptions, requireFreePort, UsageError } from "./lib/secretjs-suite/options.mjs";
import { isGood, linesOf, resultsOf } from "./lib/secretjs-suite/results.mjs";
import { patternOf, runsOf } from "./lib/secretjs-suite/selection.mjs";
import { isStale } from "./lib/stale.mjs";

/** What the suite expects to find (spec 04 §1.1); the other servers take any port. */
const REST_PORT = 1317;
const LOCALNET = ["--ephemeral", "--chain-id", "secretdev-1", "--rest-port", `${REST_PORT}`];

const folder = mkdtempSync(join(tmpdir(), "enclavenet-secretjs-suite-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

/** Runs jest as the suite's own script does, and reads its report. */
async function runJest(jest, checkout, run, signal) {
  const outputFile = join(folder, "report.json");
  rmSync(outputFile, { force: true });
  const only = run.blocks === undefined ? [] : ["-t", patternOf(run.blocks)];
  const args = [jest, "--forceExit", "--runInBand", "--json", `--outputFile=${outputFile}`, ...only];
  const child = spawn(process.execPath, [...args, "--runTestsByPath", ...run.files], {
    cwd: checkout,
    stdio: ["ignore", 2, 2],
    signal,
  });
  await new Promise((resolve, reject) => child.once("exit", resolve).once("error", reject));
  try {
    return JSON.parse(readFileSync(outputFile, "utf8"));
  } catch {
    throw new Error(`jest ended without a report on ${run.files.join(", ")}; what it said is above`);
  }
}

async function main() {
  const options = parseOptions(process.argv.slice(2));
  if (options === undefined) return console.log(HELP);
  const jest = jestOf(options);
  await requireFreePort(REST_PORT);
  if (isStale()) {
    const build = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: ["ignore", 2, "inherit"] });
    if (build.status !== 0) throw new Error("the build failed");
  }
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => controller.abort());
  const { stop } = await startLocalnet(LOCALNET);
  const results = [];
  try {
    for (const run of runsOf(options.names)) {
      results.push(...resultsOf(run, await runJest(jest, options.checkout, run, controller.signal)));
    }
  } finally {
    await stop();
  }
  console.log(options.json ? JSON.stringify({ good: isGood(results), files: results }) : linesOf(results).join("\n"));
  process.exitCode = isGood(results) ? 0 : 1;
}

try {
  await main();
} catch (error) {
  console.error(`secretjs-suite: ${error.message}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
