/**
 * Genesis of a local network: LocalSecret's accounts and the public keys of the enclave that was just born.
 *
 * Spec: 04 §3.3, §3.4; 01 §2.3.
 * @module
 */
import { toBase64 } from "@enclavenet/common";
import { createGenesis, DEFAULT_CONSENSUS_PARAMS, type GenesisDocument } from "@enclavenet/consensus";
import type { NetworkIdentity } from "../executor/network-birth.ts";
import { DENOM, GENESIS_BALANCE, LOCAL_ACCOUNTS } from "./accounts.ts";

/** Power of the only validator: its stake in units of 10^6 (spec 04 §3.3). */
const VALIDATOR_POWER = 100_000_000_000n;

/** Who may revoke nodes of a local network. */
const AUTHORITY = LOCAL_ACCOUNTS[0]?.address ?? "";

function nodesState({ evidence }: NetworkIdentity): unknown {
  if (evidence === undefined) return { authority: AUTHORITY };
  const { certificate, validatorSet, policy } = evidence;
  return {
    evidence: { certificate: toBase64(certificate), validator_set: toBase64(validatorSet), policy },
    authority: AUTHORITY,
  };
}

function appState(identity: NetworkIdentity): unknown {
  return {
    auth: {
      accounts: LOCAL_ACCOUNTS.map(({ address }, index) => ({
        "@type": "/cosmos.auth.v1beta1.BaseAccount",
        address,
        pub_key: null,
        account_number: index.toString(),
        sequence: "0",
      })),
    },
    bank: {
      balances: LOCAL_ACCOUNTS.map(({ address }) => ({ address, coins: [{ denom: DENOM, amount: GENESIS_BALANCE }] })),
    },
    compute: { params: { compile_cost: "0.800000000000000000", max_contract_size: "2097152" } },
    register: {
      node_exch_key: { bytes: toBase64(identity.seedExchangePublicKey) },
      io_exch_key: { bytes: toBase64(identity.ioPublicKey) },
    },
    nodes: nodesState(identity),
  };
}

/** The only validator of a local network. */
export function localValidators(publicKey: Uint8Array) {
  return [{ publicKey, power: VALIDATOR_POWER, name: "local" }];
}

/** A document for a chain that starts at `genesisTimeNs`. */
export function localGenesis(
  chainId: string,
  genesisTimeNs: bigint,
  validatorPublicKey: Uint8Array,
  identity: NetworkIdentity,
): GenesisDocument {
  return createGenesis({
    genesisTimeNs,
    chainId,
    initialHeight: 1n,
    consensusParams: DEFAULT_CONSENSUS_PARAMS,
    validators: localValidators(validatorPublicKey),
    appState: appState(identity),
  });
}
