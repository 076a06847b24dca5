/** A localnet in a process of its own, with the enclave bundle given as the argument. Prints one JSON line when ready. */
import { startLocalnet } from "@enclavenet/node";

const net = await startLocalnet({
  home: undefined,
  chainId: "secretdev-1",
  host: "127.0.0.1",
  rpcPort: 0,
  restPort: 0,
  faucetPort: 0,
  production: { mode: "auto" },
  logLevel: "warn",
  enclaveDeadlineMs: 60_000,
  enclaveBundle: process.argv[2],
});
console.log(JSON.stringify({ ...net.urls, chainId: net.chainId, pid: process.pid, enclavePid: net.enclavePids[0] }));
process.once("SIGTERM", async () => {
  await net.stop();
  process.exit(0);
});
const error = await net.failed;
console.error(error);
process.exit(1);
