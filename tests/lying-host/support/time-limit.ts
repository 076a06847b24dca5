/**
 * Ends enclaves that live too long. The host waits for an enclave without a clock, so that a thread of its own has to watch.
 * @module
 */
import { Worker } from "node:worker_threads";
import type { EnclaveProcess } from "@enclavenet/enclave-host";

const WATCH = `
const { parentPort } = require("node:worker_threads");
const timers = new Map();
parentPort.on("message", ({ pid, ms }) => {
  clearTimeout(timers.get(pid));
  if (ms !== undefined) timers.set(pid, setTimeout(() => { try { process.kill(pid, "SIGKILL"); } catch {} }, ms));
});
`;

let watch: Worker | undefined;

/** Kills the process when it is still there after so many milliseconds. */
export function endAfter(ms: number, { pid, exited }: EnclaveProcess): void {
  if (watch === undefined) {
    watch = new Worker(WATCH, { eval: true });
    watch.unref();
  }
  const worker = watch;
  worker.postMessage({ pid, ms });
  void exited.then(() => worker.postMessage({ pid }));
}
