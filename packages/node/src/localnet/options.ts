/**
 * Options of a local network.
 * @module
 */
import type { ProductionMode } from "@enclavenet/consensus";
import type { LogLevel } from "../logger.ts";

export interface LocalnetPorts {
  readonly rpcPort: number;
  readonly restPort: number;
  readonly grpcPort: number;
  readonly grpcWebPort: number;
  readonly faucetPort: number;
}

export interface LocalnetOptions extends LocalnetPorts {
  /** Home directory; undefined: nothing is kept. */
  readonly home: string | undefined;
  readonly chainId: string;
  /** Address to listen on. */
  readonly host: string;
  readonly production: ProductionMode;
  readonly logLevel: LogLevel;
  /** Longest enclave call in milliseconds; a longer one ends the node. */
  readonly enclaveDeadlineMs: number;
  /** The enclave bundle. */
  readonly enclaveBundle: string;
}

/** What LocalSecret listens on (spec 04 §3.1, §3.2). */
export const LOCALNET_PORTS: LocalnetPorts = {
  rpcPort: 26657,
  restPort: 1317,
  grpcPort: 9090,
  grpcWebPort: 9091,
  faucetPort: 5000,
};

export const LOCALNET_DEFAULTS = {
  chainId: "secretdev-1",
  host: "127.0.0.1",
  enclaveDeadlineMs: 60_000,
} as const;

/** Lowest gas price that CheckTx takes (spec 04 §3.4). */
export const MIN_GAS_PRICES = "0.0125uscrt";
