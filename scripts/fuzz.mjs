/**
 * `npm run fuzz`: the long run of random and mutated input, over all decoders, a chain, a real node and a real enclave
 * process. Options: `npm run fuzz -- --help`. Page: docs/testing.md.
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
process.exit(await runDriver("main", args));
