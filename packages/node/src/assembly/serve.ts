/**
 * The servers of a node over its engine and its state machine.
 * @module
 */
import { toHex } from "@enclavenet/common";
import type { ConsensusEngine } from "@enclavenet/consensus";
import { type EcallResponse, StateProofs } from "@enclavenet/enclave-api";
import type { RpcBackend } from "@enclavenet/rpc";
import { VERSION } from "../version.ts";
import type { NodeParts } from "./parts.ts";
import { rpcBackend } from "./rpc-backend.ts";
import { type FaucetOf, type ServerOptions, type Servers, startServers } from "./servers.ts";
import { demandProgress, demandStateProofs, type StateMachine } from "./state-machine.ts";
import { teeText } from "./tee-text.ts";

/** What the servers of one kind of node differ in. */
export interface ServeOptions {
  readonly moniker: string;
  /** What the node's status says of it beside the enclave. */
  readonly facts?: () => Readonly<Record<string, string>>;
  readonly produceBlock?: () => Promise<bigint>;
  /** Makes the faucet's wallet; without it there is no faucet. */
  readonly faucet?: FaucetOf;
}

/** A node that answers. */
export interface Serving {
  readonly urls: Servers["urls"];
  readonly enclaveMeasurement: string;
  /** A value of `TeeName`. */
  readonly enclaveTee: string;
  /** The enclave believes state only with a proof. */
  readonly stateProven: boolean;
}

type Hello = EcallResponse<"hello">;

function enclaveFacts({ clock }: StateMachine, hello: Hello): Readonly<Record<string, string>> {
  const { ecalls, ocalls } = clock.crossings();
  return {
    enclave: teeText(hello.tee),
    enclave_tee: hello.tee,
    enclave_network_class: hello.networkClass,
    enclave_measurement: toHex(hello.measurement),
    enclave_calls: ecalls.toString(),
    enclave_ocalls: ocalls.toString(),
  };
}

/** Starts the servers. Throws LocalError `ENCLAVE_BEHIND` for an enclave that lacks blocks of the chain. */
export async function serve(
  parts: NodeParts<ServerOptions>,
  machine: StateMachine,
  engine: ConsensusEngine,
  { moniker, facts, produceBlock, faucet }: ServeOptions,
): Promise<Serving> {
  const { options, primitives, logger, cleanup } = parts;
  const { executor } = machine;
  const { hello, status } = await executor.api.enclaveStatus();
  demandProgress(status.height, engine.reader.latestHeight());
  demandStateProofs(status.stateProofs, options.stateProofs);
  let rpcAddress = `${options.host}:${options.rpcPort}`;
  const nodeInfo: RpcBackend["nodeInfo"] = {
    moniker,
    version: VERSION,
    get rpcAddress() {
      return rpcAddress;
    },
    minimumGasPrice: "0.012500000000000000uscrt",
    enclave: () => ({ ...enclaveFacts(machine, hello), ...facts?.() }),
  };
  const queryMethods = await executor.api.queryMethods();
  const backend = rpcBackend({ engine, executor: executor.api, primitives, produceBlock, queryMethods }, nodeInfo);
  const servers = await startServers({ options, backend, logger, faucet });
  cleanup.add(() => servers.close());
  rpcAddress = new URL(servers.urls.rpc).host;
  return {
    urls: servers.urls,
    enclaveMeasurement: toHex(hello.measurement),
    enclaveTee: hello.tee,
    stateProven: status.stateProofs === StateProofs.all,
  };
}
