/**
 * A network on one machine: a node that makes blocks, with LocalSecret's accounts and a faucet.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import type { NodeParts } from "../assembly/parts.ts";
import type { FaucetOf, Servers } from "../assembly/servers.ts";
import { startNode } from "../assembly/start.ts";
import { assembleValidator, type ValidatorNode } from "../validator/validator.ts";
import { FAUCET_ACCOUNT, LOCAL_ACCOUNTS } from "./accounts.ts";
import { loadGenesis } from "./load-genesis.ts";
import { LOCALNET_DEFAULTS, type LocalnetOptions } from "./options.ts";
import { faucetWallet } from "./wallet.ts";

/** A running local network. */
export interface Localnet extends ValidatorNode {
  readonly urls: Required<Servers["urls"]>;
}

/** The faucet pays from a known account. */
function faucetOf({ options, primitives }: NodeParts<LocalnetOptions>): FaucetOf {
  const account = LOCAL_ACCOUNTS.find(({ name }) => name === FAUCET_ACCOUNT);
  if (account === undefined) throw new LocalError("FAUCET_ACCOUNT", "the faucet's account is not among the accounts");
  const { chainId, faucetPort: port } = options;
  return (backend) => ({ wallet: faucetWallet({ primitives, account, chainId, backend }), port });
}

async function assemble(parts: NodeParts<LocalnetOptions>): Promise<Localnet> {
  const { chainId, stateProofs = LOCALNET_DEFAULTS.stateProofs, collateral } = parts.options;
  const birth = { chainId, stateProofs, collateral };
  const node = await assembleValidator(parts, {
    moniker: "localnet",
    stateProofs: LOCALNET_DEFAULTS.stateProofs,
    faucet: faucetOf(parts),
    genesis: (home, executor, { publicKey }) => loadGenesis(home, birth, executor, publicKey),
  });
  // There is a faucet, since a wallet for it was given.
  return { ...node, urls: { ...node.urls, faucet: node.urls.faucet as string } };
}

/**
 * Starts a local network. Whatever was started is ended again when a step fails or `signal` is aborted (LocalError
 * `NODE_STOPPING`).
 */
export function startLocalnet(options: LocalnetOptions, signal?: AbortSignal): Promise<Localnet> {
  return startNode(options, assemble, signal);
}
