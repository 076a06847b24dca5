/** Starts benchmark nodes and reads what the system says of their processes. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/lib/root.mjs";

/** A node on `bundle`; everything it logged is in `log()`. */
export async function startNode(bundle, args = []) {
  const child = spawn(process.execPath, [join(root, "bench/lib/node-process.mjs"), bundle, ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk) => {
    log += chunk;
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const info = await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) resolve(JSON.parse(text.split("\n")[0]));
    });
    void exited.then((code) => reject(new Error(`the node ended with code ${code}\n${log}`)));
  });
  return {
    ...info,
    exited,
    log: () => log,
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
  const [answer] = await rpcBatch(node, [{ method, params }]);
  return answer;
}

/** Several JSON-RPC calls in one request. Throws on the first error. */
export async function rpcBatch(node, calls) {
  const response = await fetch(node.rpc, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(calls.map((call, id) => ({ jsonrpc: "2.0", id, ...call }))),
  });
  const answers = await response.json();
  return answers.map(({ result, error }, i) => {
    if (error !== undefined) throw new Error(`${calls[i].method}: ${error.message} ${error.data}`);
    return result;
  });
}

export async function rest(node, path) {
  const response = await fetch(node.rest + path);
  const body = await response.json();
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(body)}`);
  return body;
}
