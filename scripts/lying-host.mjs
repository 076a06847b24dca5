/**
 * `npm run lying-host`: what a lying host tries, before the shipped enclave and before one without the check that refuses it.
 * Options: `npm run lying-host -- --help`. Page: docs/lying-host.md.
 */
import { spawnSync } from "node:child_process";
import { root } from "./lib/root.mjs";
import { runDriver } from "./lib/run-driver.mjs";
import { isStale } from "./lib/stale.mjs";

const args = process.argv.slice(2);
const quick = args.includes("--help") || args.includes("--list");
if (!quick && isStale()) {
  const built = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: ["ignore", 2, "inherit"] });
  if (built.status !== 0) process.exit(built.status ?? 1);
}
process.exit(await runDriver("main", args, "tests/lying-host"));
