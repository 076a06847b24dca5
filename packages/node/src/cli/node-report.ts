/**
 * What a person or a script sees of any running node.
 * @module
 */
import type { RunningNode } from "../assembly/running-node.ts";

/** Lines with the addresses that a node answers on. */
export function addressLines({ urls }: RunningNode): string[] {
  return [
    `    REST    ${urls.rest}      (secretjs: url)`,
    `    RPC     ${urls.rpc}`,
    `    gRPC    ${new URL(urls.grpc).host}             (plaintext; gRPC-web: ${urls.grpcWeb})`,
  ];
}

/** Lines with the node's folder and its enclave. */
export function enclaveLines({ home, enclavePids, enclaveMeasurement, enclaveTee }: RunningNode): string[] {
  return [
    `    Home    ${home ?? "none, nothing is kept"}`,
    `    Enclave pid ${enclavePids.join(", ")}, measurement ${enclaveMeasurement.slice(0, 16)}…, TEE ${enclaveTee}`,
  ];
}

/** The one line of `--json` when the servers answer (its fields are stable; scripts rest on them). */
export function readyLine(node: RunningNode, height: bigint | number): string {
  const { urls, enclavePids } = node;
  return JSON.stringify({
    event: "ready",
    chain_id: node.chainId,
    rpc: urls.rpc,
    rest: urls.rest,
    grpc: urls.grpc,
    grpc_web: urls.grpcWeb,
    // A node without a faucet has no such field.
    faucet: urls.faucet,
    pid: process.pid,
    enclave_pid: enclavePids[0],
    enclave_pids: enclavePids,
    home: node.home ?? null,
    height: Number(height),
  });
}
