/** The program of the runs, and one run of it under one Node binary. */
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleSources } from "../bundle-sources.mjs";
import { root } from "../root.mjs";
import { programDigest } from "./results.mjs";

const artifacts = join(root, "contracts/artifacts");

/**
 * Puts everything that the runs are made of into `folder`, so that a build meanwhile changes nothing. The folder is beside
 * node_modules, where the driver finds native addons.
 */
export async function prepareProgram(folder) {
  const driver = await buildDriver(folder);
  const bundle = join(folder, "enclave.mjs");
  copyFileSync(join(root, "packages/enclave/dist/bundles/enclave-development.mjs"), bundle);
  return { driver, bundle, digest: programDigest(driver, bundle, artifacts) };
}

/** Bundles the driver, so that any Node runs it without TypeScript. */
async function buildDriver(directory) {
  const outfile = join(directory, "driver.mjs");
  await bundleSources({
    entryPoints: ["tests/determinism/driver.ts"],
    outfile,
    external: ["lmdb", "secp256k1"],
    loader: { ".wasm": "binary" },
  });
  return outfile;
}

/** Lines of a run, and how it ended. Ends the process after `timeoutMs`. */
export function runDriver({ driver, bundle }, variant, { transactions, seed, timeoutMs }) {
  const folder = mkdtempSync(join(tmpdir(), "enclavenet-determinism-"));
  const { node, ...form } = variant;
  const options = {
    ...form,
    ...{ transactions, seed, folder, bundle, artifacts },
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
