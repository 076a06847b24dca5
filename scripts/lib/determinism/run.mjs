/** One run of the driver under one Node binary. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../root.mjs";

/** Bundles the driver, so that any Node runs it without TypeScript. Beside node_modules, where it finds native addons. */
export async function buildDriver(directory) {
  const outfile = join(directory, "driver.mjs");
  await build({
    absWorkingDir: root,
    entryPoints: ["tests/determinism/driver.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["@enclavenet/source"],
    external: ["lmdb", "secp256k1"],
    loader: { ".wasm": "binary" },
    logLevel: "warning",
  });
  return outfile;
}

/** Lines of a run, and how it ended. Ends the process after `timeoutMs`. */
export function runDriver(driver, variant, { transactions, seed, timeoutMs }) {
  const folder = mkdtempSync(join(tmpdir(), "enclavenet-determinism-"));
  const { node, ...form } = variant;
  const options = {
    ...form,
    ...{ transactions, seed, folder },
    bundle: join(root, "packages/enclave/dist/bundles/enclave-development.mjs"),
    artifacts: join(root, "contracts/artifacts"),
  };
  const child = spawn(node.path, [...form.flags, driver, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      rmSync(folder, { recursive: true, force: true });
      resolve({ code, signal, stderr, lines: stdout.split("\n").filter((line) => line !== "") });
    });
  });
}
