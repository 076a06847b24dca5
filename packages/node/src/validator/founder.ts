/**
 * The first node of a network of one's own: what `enclavenet init --chain-id` made, started by `enclavenet start`.
 * @module
 */
import { equalBytes, LocalError } from "@enclavenet/common";
import { type Ed25519Signer, type GenesisDocument, parseGenesis } from "@enclavenet/consensus";
import { demandSameNetwork } from "../assembly/enclave-network.ts";
import { demandSeed } from "../assembly/seed.ts";
import { startNode } from "../assembly/start.ts";
import type { ExecutorThread } from "../executor/executor-client.ts";
import { readFileIfThere } from "../home/files.ts";
import type { NodeHome } from "../home/home.ts";
import { assembleValidator, type ProducerOptions, type ValidatorNode } from "./validator.ts";

export interface FounderOptions extends ProducerOptions {
  readonly home: string;
}

/** The embedded engine decides alone, so that its key needs more than two thirds of the power. */
function demandPower({ validators }: GenesisDocument, { publicKey }: Ed25519Signer): void {
  const own = validators.find((one) => equalBytes(one.publicKey, publicKey))?.power ?? 0n;
  if (own * 3n > validators.reduce((sum, { power }) => sum + power, 0n) * 2n) return;
  throw new LocalError("NO_VOTE", "the key of this home does not decide the blocks of its network", {
    fix: "follow the network: give --follow with the RPC of one of its nodes",
  });
}

async function storedGenesis(
  home: NodeHome,
  executor: ExecutorThread,
  signer: Ed25519Signer,
): Promise<GenesisDocument> {
  const stored = readFileIfThere(home.genesis);
  if (stored === undefined) {
    throw new LocalError("NO_NETWORK", `${home.directory} is no home of a network`, {
      fix: "make one with `enclavenet init --home DIR --chain-id ID`, or join one with `enclavenet init --home DIR --join URL`",
    });
  }
  const genesis = parseGenesis(stored);
  demandPower(genesis, signer);
  const { status } = await executor.api.enclaveStatus();
  demandSeed(status, home.directory);
  demandSameNetwork(genesis, status);
  return genesis;
}

/** Starts the node. Whatever was started is ended again when a step fails or `signal` is aborted (`NODE_STOPPING`). */
export function startFounder(options: FounderOptions, signal?: AbortSignal): Promise<ValidatorNode> {
  const plan = { moniker: "validator", stateProofs: "all", genesis: storedGenesis } as const;
  return startNode(options, (parts) => assembleValidator(parts, plan), signal);
}
