/** Starts benchmark nodes and reads what the system says of their processes. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/lib/root.mjs";

/** A node on `bundle`, with the milliseconds from spawn to ready. */
export async function startNode(bundle) {
  const started = performance.now();
  const child = spawn(process.execPath, [join(root, "bench/lib/node-process.mjs"), bundle], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const info = await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) resolve(JSON.parse(text.split("\n")[0]));
    });
    void exited.then((code) => reject(new Error(`the node ended with code ${code}`)));
  });
  return {
    ...info,
    readyMs: performance.now() - started,
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** Resident memory of a process in MB, from the kernel; undefined where there is no /proc. */
export function residentMb(pid) {
  try {
    const line = readFileSync(`/proc/${pid}/status`, "utf8").match(/^VmRSS:\s+(\d+) kB$/m);
    return line === null ? undefined : Math.round(Number(line[1]) / 1024);
  } catch {
    return undefined;
  }
}

/** One JSON-RPC call. */
export async function rpc(node, method, params = {}) {
  const response = await fetch(node.rpc, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const { result, error } = await response.json();
  if (error !== undefined) throw new Error(`${method}: ${error.message} ${error.data}`);
  return result;
}

export async function rest(node, path) {
  const response = await fetch(node.rest + path);
  const body = await response.json();
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(body)}`);
  return body;
}
