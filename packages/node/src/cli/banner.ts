/**
 * What a person sees when the network is up.
 * @module
 */
import { teeWarning } from "../assembly/tee-text.ts";
import { LOCAL_ACCOUNTS } from "../localnet/accounts.ts";
import type { Localnet } from "../localnet/localnet.ts";

/** Lines for the terminal. */
export function banner(net: Localnet): string {
  const width = Math.max(...LOCAL_ACCOUNTS.map(({ name }) => name.length));
  const accounts = LOCAL_ACCOUNTS.map(({ name, address }) => `    ${name.padEnd(width)}  ${address}`);
  return [
    "",
    `  Enclavenet local network ${net.chainId} at height ${net.height()}`,
    "",
    `    REST    ${net.urls.rest}      (secretjs: url)`,
    `    RPC     ${net.urls.rpc}`,
    `    gRPC    ${new URL(net.urls.grpc).host}             (plaintext; gRPC-web: ${net.urls.grpcWeb})`,
    `    Faucet  ${net.urls.faucet}/faucet?address=secret1…`,
    `    Home    ${net.home ?? "none, nothing is kept"}`,
    `    Enclave pid ${net.enclavePids.join(", ")}, measurement ${net.enclaveMeasurement.slice(0, 16)}…, TEE ${net.enclaveTee}`,
    "",
    "  Accounts (LocalSecret's, public mnemonics: enclavenet localnet --help)",
    ...accounts,
    "",
    ...teeWarning(net.enclaveTee).map((line) => `  ${line}`),
    "  The one validator key is this node's own. It proves nothing against whoever runs this machine.",
    "",
    "  Ctrl-C ends it.",
    "",
  ].join("\n");
}

/** The one line of `--json` (its fields are stable; scripts rest on them). */
export function readyLine(net: Localnet): string {
  return JSON.stringify({
    event: "ready",
    chain_id: net.chainId,
    rpc: net.urls.rpc,
    rest: net.urls.rest,
    grpc: net.urls.grpc,
    grpc_web: net.urls.grpcWeb,
    faucet: net.urls.faucet,
    pid: process.pid,
    enclave_pid: net.enclavePids[0],
    enclave_pids: net.enclavePids,
    home: net.home ?? null,
    height: Number(net.height()),
  });
}
