/**
 * The genesis document of a new network: accounts, the public keys of the enclave that was just born, and the evidence for them.
 *
 * Spec: 04 §3.4; 01 §2.3.
 * @module
 */
import { toBase64 } from "@enclavenet/common";
import { createGenesis, DEFAULT_CONSENSUS_PARAMS, type GenesisDocument } from "@enclavenet/consensus";
import type { NetworkIdentity } from "../executor/network-birth.ts";
import { DENOM } from "../wallet/sign-tx.ts";

/** Power of the only validator: its stake in units of 10^6 (spec 04 §3.3). */
const VALIDATOR_POWER = 100_000_000_000n;

/** An account with its coins at genesis. */
export interface GenesisAccount {
  readonly address: string;
  /** In uscrt. */
  readonly amount: string;
}

/** What a network begins with. */
export interface NetworkPlan {
  readonly chainId: string;
  readonly accounts: readonly GenesisAccount[];
  /** Address of the account that may revoke nodes; empty: nobody. */
  readonly authority: string;
}

function nodesState({ evidence }: NetworkIdentity, authority: string): unknown {
  if (evidence === undefined) return { authority };
  const { certificate, validatorSet, policy, founder } = evidence;
  const node = founder && { public_key: toBase64(founder.publicKey), owner: toBase64(founder.owner) };
  return {
    evidence: {
      certificate: toBase64(certificate),
      validator_set: toBase64(validatorSet),
      policy,
      ...(node === undefined ? {} : { founder: node }),
    },
    authority,
  };
}

function appState({ accounts, authority }: NetworkPlan, identity: NetworkIdentity): unknown {
  return {
    auth: {
      accounts: accounts.map(({ address }, index) => ({
        "@type": "/cosmos.auth.v1beta1.BaseAccount",
        address,
        pub_key: null,
        account_number: index.toString(),
        sequence: "0",
      })),
    },
    bank: {
      balances: accounts.map(({ address, amount }) => ({ address, coins: [{ denom: DENOM, amount }] })),
    },
    compute: { params: { compile_cost: "0.800000000000000000", max_contract_size: "2097152" } },
    register: {
      node_exch_key: { bytes: toBase64(identity.seedExchangePublicKey) },
      io_exch_key: { bytes: toBase64(identity.ioPublicKey) },
    },
    nodes: nodesState(identity, authority),
  };
}

/** The only validator of a network that begins. */
export function firstValidators(publicKey: Uint8Array) {
  return [{ publicKey, power: VALIDATOR_POWER, name: "local" }];
}

/** A document for a chain that starts at `genesisTimeNs`. */
export function networkGenesis(
  plan: NetworkPlan,
  genesisTimeNs: bigint,
  validatorPublicKey: Uint8Array,
  identity: NetworkIdentity,
): GenesisDocument {
  return createGenesis({
    genesisTimeNs,
    chainId: plan.chainId,
    initialHeight: 1n,
    consensusParams: DEFAULT_CONSENSUS_PARAMS,
    validators: firstValidators(validatorPublicKey),
    appState: appState(plan, identity),
  });
}
