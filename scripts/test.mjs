/**
 * `npm test`: builds, runs every suite that Node can run, and ends with what was skipped and why.
 *
 *   npm test                 everything
 *   npm test -- packages/x   only files whose path contains the text
 *   --no-skips               (CI) fail when anything was skipped
 */
import { spawnSync } from "node:child_process";
import { root } from "./lib/root.mjs";

const args = process.argv.slice(2);
const noSkips = args.includes("--no-skips");
const filters = args.filter((arg) => arg !== "--no-skips");

const build = spawnSync(process.execPath, ["scripts/build.mjs"], { cwd: root, stdio: "inherit" });
if (build.status !== 0) process.exit(build.status ?? 1);
const vitest = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "--reporter=./scripts/lib/summary-reporter.mjs", ...filters],
  { cwd: root, stdio: "inherit", env: { ...process.env, ...(noSkips ? { ENCLAVENET_NO_SKIPS: "1" } : {}) } },
);
process.exit(vitest.status ?? 1);
