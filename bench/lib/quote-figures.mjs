/**
 * Figures of the verifier of quotes, measured in a process of their own.
 * @module
 */
import { spawnSync } from "node:child_process";
import { root } from "../../scripts/lib/root.mjs";

/** What `packages/attestation/bench/quotes.mjs --json` prints: median milliseconds per quote, by TEE and primitives. */
export function quoteFigures() {
  const bench = spawnSync(process.execPath, ["packages/attestation/bench/quotes.mjs", "--json"], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (bench.status !== 0) throw new Error(`the bench of the verifier ended with ${bench.status}`);
  return JSON.parse(bench.stdout);
}
