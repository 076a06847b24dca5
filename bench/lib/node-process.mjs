/**
 * A localnet in a process of its own, for benchmarks and for tests that need another enclave bundle or a short deadline.
 * Prints one JSON line when ready.
 *
 *   node node-process.mjs BUNDLE [--home DIR] [--deadline MS] [--state-proofs off|all] [--device DIR]… [--gramine APP --launcher FILE]
 */
import { parseArgs } from "node:util";
import { boundHeaps } from "@enclavenet/node/heap";

boundHeaps();
const { startLocalnet } = await import("@enclavenet/node");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    home: { type: "string" },
    deadline: { type: "string", default: "60000" },
    "state-proofs": { type: "string" },
    device: { type: "string", multiple: true },
    gramine: { type: "string" },
    launcher: { type: "string" },
  },
});
const net = await startLocalnet({
  home: values.home,
  chainId: "secretdev-1",
  host: "127.0.0.1",
  rpcPort: 0,
  restPort: 0,
  grpcPort: 0,
  grpcWebPort: 0,
  faucetPort: 0,
  production: { mode: "auto" },
  logLevel: "info",
  enclaveDeadlineMs: Number(values.deadline),
  stateProofs: values["state-proofs"],
  enclaveBundle: positionals[0],
  enclaveLaunch: {
    ...(values.device && { devices: values.device }),
    ...(values.gramine && { gramine: { application: values.gramine, launcher: values.launcher } }),
  },
});
boundHeaps();
console.log(JSON.stringify({ ...net.urls, chainId: net.chainId, pid: process.pid, enclavePid: net.enclavePids[0] }));
process.once("SIGTERM", async () => {
  await net.stop();
  process.exit(0);
});
const error = await net.failed;
console.error(error.code, error.message);
await net.stop();
process.exit(1);
