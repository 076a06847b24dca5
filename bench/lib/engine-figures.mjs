/**
 * Figures of the wasm engine alone, measured in a process of their own.
 * @module
 */
import { spawnSync } from "node:child_process";
import { root } from "../../scripts/lib/root.mjs";

/**
 * What `packages/wasm-engine/bench/engine.mjs --json` prints: `metering` (ratio to unmetered code and ns per gas of each
 * loop), `imports` (microseconds, gas and ns per gas of each), `transfer` (microseconds fresh and pooled), `compile`.
 */
export function engineFigures() {
  const args = ["packages/wasm-engine/bench/engine.mjs", "--json"];
  const bench = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (bench.status !== 0) throw new Error(`the bench of the engine ended with ${bench.status}`);
  return JSON.parse(bench.stdout);
}
