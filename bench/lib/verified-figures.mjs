/**
 * Figures of verified execution alone, measured in a process of their own.
 * @module
 */
import { spawnSync } from "node:child_process";
import { root } from "../../scripts/lib/root.mjs";

/** What `packages/enclave/bench/verified.mjs --json` prints: `blockVerification` and `stateProof`, medians in microseconds. */
export function verifiedFigures() {
  const bench = spawnSync(process.execPath, ["packages/enclave/bench/verified.mjs", "--json"], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (bench.status !== 0) throw new Error(`the bench of verified execution ended with ${bench.status}`);
  return JSON.parse(bench.stdout);
}
