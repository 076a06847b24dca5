/** Starts benchmark nodes and reads what the system says of their processes. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/lib/root.mjs";
import { fetchJson } from "./http.mjs";

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

/** Bytes of a field of /proc/PID/smaps_rollup; undefined where there is none. */
function rollup(pid, field) {
  try {
    const line = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8").match(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m"));
    return line === null ? undefined : Number(line[1]) / 1024;
  } catch {
    return undefined;
  }
}

/**
 * Resident memory of node and enclave in MB, from the kernel. `together` counts once what both have in common: the
 * enclave adds what is its own, and the pages of the node binary are the host's. `anonymous` is the part of it that the
 * kernel cannot drop: without mapped files, which are the databases and the node binary.
 */
export function residentMb({ pid, enclavePid }) {
  const host = rollup(pid, "Rss");
  const enclave = rollup(enclavePid, "Rss");
  if (host === undefined || enclave === undefined) return undefined;
  const own = ["Private_Clean", "Private_Dirty"].reduce((sum, field) => sum + (rollup(enclavePid, field) ?? 0), 0);
  const anonymous = [pid, enclavePid].reduce((sum, one) => sum + (rollup(one, "Anonymous") ?? 0), 0);
  const mb = { host, enclave, together: host + own, anonymous };
  return Object.fromEntries(Object.entries(mb).map(([name, value]) => [name, Math.round(value)]));
}

/** One JSON-RPC call. */
export async function rpc(node, method, params = {}) {
  const [answer] = await rpcBatch(node, [{ method, params }]);
  return answer;
}

/** Several JSON-RPC calls in one request. Throws on the first error. */
export async function rpcBatch(node, calls) {
  const body = JSON.stringify(calls.map((call, id) => ({ jsonrpc: "2.0", id, ...call })));
  const { json: answers } = await fetchJson(node.rpc, { method: "POST", body });
  return answers.map(({ result, error }, i) => {
    if (error !== undefined) throw new Error(`${calls[i].method}: ${error.message} ${error.data}`);
    return result;
  });
}

/**
 * Body of a GET that succeeds: whatever JSON came.
 * @returns {Promise<any>}
 */
export async function rest(node, path) {
  const { status, json } = await fetchJson(node.rest + path);
  if (status !== 200) throw new Error(`${path}: ${JSON.stringify(json)}`);
  return json;
}
