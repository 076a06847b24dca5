/**
 * What a person or a script sees of the first node of a network.
 * @module
 */
import { teeWarning } from "../assembly/tee-text.ts";
import type { ValidatorNode } from "../validator/validator.ts";

/** Lines for the terminal. */
export function founderBanner(node: ValidatorNode): string {
  return [
    "",
    `  Enclavenet network ${node.chainId} at height ${node.height()}, this node makes its blocks`,
    "",
    `    REST    ${node.urls.rest}      (secretjs: url)`,
    `    RPC     ${node.urls.rpc}      (others join: enclavenet init --home DIR --join ${node.urls.rpc})`,
    `    gRPC    ${new URL(node.urls.grpc).host}             (plaintext; gRPC-web: ${node.urls.grpcWeb})`,
    `    Home    ${node.home}`,
    `    Enclave pid ${node.enclavePids.join(", ")}, measurement ${node.enclaveMeasurement.slice(0, 16)}…, TEE ${node.enclaveTee}`,
    "",
    ...teeWarning(node.enclaveTee).map((line) => `  ${line}`),
    "  The one validator key is this node's own. It proves nothing against whoever runs this machine.",
    "",
    "  Ctrl-C ends it.",
    "",
  ].join("\n");
}

/** The one line of `--json` (its fields are stable; scripts rest on them). */
export function founderReadyLine(node: ValidatorNode): string {
  return JSON.stringify({
    event: "ready",
    chain_id: node.chainId,
    rpc: node.urls.rpc,
    rest: node.urls.rest,
    grpc: node.urls.grpc,
    grpc_web: node.urls.grpcWeb,
    pid: process.pid,
    enclave_pid: node.enclavePids[0],
    enclave_pids: node.enclavePids,
    home: node.home,
    height: Number(node.height()),
  });
}
