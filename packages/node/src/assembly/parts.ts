/**
 * What every kind of node is put together from.
 * @module
 */
import type { Logger } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import type { EnclaveProcessOptions } from "@enclavenet/enclave-host";
import type { LogLevel } from "../logger.ts";
import type { Cleanup } from "./cleanup.ts";
import type { FailureWatch } from "./failure-watch.ts";

/** `off` is for development networks. */
export type StateProofsSetting = "off" | "all";

/** The doors of a TEE, or the program that runs the enclave in one. */
export type EnclaveLaunch = Pick<EnclaveProcessOptions, "devices" | "gramine">;

/** Which enclave runs, and how it is started. */
export interface EnclaveOptions {
  /** The enclave bundle. */
  readonly enclaveBundle: string;
  /** Of a production enclave. */
  readonly enclaveLaunch?: EnclaveLaunch;
}

/** As the enclave is spawned, but for its folder. */
export function enclaveProgram({
  enclaveBundle: bundle,
  enclaveLaunch,
}: EnclaveOptions): Omit<EnclaveProcessOptions, "sealingDirectory"> {
  return { bundle, ...enclaveLaunch };
}

/** Options of any node. */
export interface NodeOptions extends EnclaveOptions {
  /** Home directory; undefined: nothing is kept. */
  readonly home: string | undefined;
  /** Address to listen on. */
  readonly host: string;
  readonly logLevel: LogLevel;
  /** Longest enclave call in milliseconds; a longer one ends the node. */
  readonly enclaveDeadlineMs: number;
  /** Whether state is proven to the enclave; undefined: as the network has it. A network that began keeps what it began with. */
  readonly stateProofs?: StateProofsSetting | undefined;
}

/** Lowest gas price that CheckTx takes (spec 04 §3.4). */
export const MIN_GAS_PRICES = "0.0125uscrt";

/** Ports of a node's servers; 0: any free one. */
export interface NodePorts {
  readonly rpcPort: number;
  readonly restPort: number;
  readonly grpcPort: number;
  readonly grpcWebPort: number;
}

/** A start in progress. */
export interface NodeParts<Options extends NodeOptions = NodeOptions> {
  readonly options: Options;
  readonly logger: Logger;
  readonly cleanup: Cleanup;
  readonly failures: FailureWatch;
  readonly primitives: Primitives;
}
