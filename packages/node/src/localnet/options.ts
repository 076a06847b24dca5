/**
 * Options of a local network.
 * @module
 */
import type { ProductionMode } from "@enclavenet/consensus";
import type { NodeOptions, NodePorts } from "../assembly/parts.ts";
import type { CollateralChoice } from "../collateral/collateral-source.ts";

export interface LocalnetPorts extends NodePorts {
  readonly faucetPort: number;
}

export interface LocalnetOptions extends NodeOptions, LocalnetPorts {
  readonly chainId: string;
  readonly production: ProductionMode;
  /** Where the collateral of an enclave on hardware comes from; undefined: its network has no evidence. */
  readonly collateral?: CollateralChoice | undefined;
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
  stateProofs: "off",
} as const;
