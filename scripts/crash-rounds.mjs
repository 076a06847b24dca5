/**
 * `npm run crash`: kills the built node and its enclave at random moments under mixed load, round after round, and proves
 * that nothing which anybody was shown is lost: blocks, results, app hashes.
 *
 *   npm run crash -- --rounds 200 --seed 1
 *   --home DIR    keep the home in DIR for a look afterwards (it must be empty or new)
 *   --json        one JSON object on standard output
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./lib/root.mjs";
import { isStale } from "./lib/stale.mjs";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    home: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

if (isStale()) {
  const build = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: ["ignore", 2, "inherit"] });
  if (build.status !== 0) process.exit(build.status ?? 1);
}
const { CrashRounds } = await import("./lib/crash/rounds.mjs");

const folder = mkdtempSync(join(tmpdir(), "enclavenet-crash-"));
const home = options.home ?? join(folder, "home");
const progress = (text) => process.stderr.write(`${text}\n`);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, "tmp"));
const rounds = new CrashRounds({ home, folder, seed: Number(options.seed), progress });
const summary = await rounds.run(Number(options.rounds));
if (options.json) console.log(JSON.stringify(summary));
else for (const [name, value] of Object.entries(summary)) console.log(`${name.padEnd(22)} ${JSON.stringify(value)}`);
