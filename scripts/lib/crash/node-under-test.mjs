/** The built command, as a process that may be killed at any moment. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../root.mjs";

/** A node that is neither ready nor ended after this time hangs, which is a failure. */
const PATIENCE_MS = 60_000;

/** The folder of the command's own temporary files is `temporary`. */
export function spawnNode(home, temporary) {
  const command = join(root, "packages/node/bin/enclavenet.mjs");
  const ports = ["rpc", "rest", "grpc", "grpc-web", "faucet"].flatMap((name) => [`--${name}-port`, "0"]);
  const child = spawn(process.execPath, [command, "localnet", "--json", "--home", home, ...ports], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TMPDIR: temporary },
  });
  // Whatever ends this process ends its node.
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  child.once("exit", () => process.removeListener("exit", end));
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal, stderr }));
  });
  const ready = new Promise((resolve) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      const line = text.split("\n").find((candidate) => candidate.includes('"event":"ready"'));
      if (line !== undefined) resolve(JSON.parse(line));
    });
  });
  return { child, ready: within(Promise.race([ready, failedStart(ended)])), ended };
}

async function failedStart(ended) {
  const { code, signal, stderr } = await ended;
  throw new Error(`the node ended before it was ready (code ${code}, signal ${signal})\n${stderr}`);
}

/** Fails when `promise` takes too long. */
export async function within(promise, ms = PATIENCE_MS) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing happened within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
