/**
 * Genesis of a local network: LocalSecret's accounts and the public keys of the enclave that was just born.
 *
 * Spec: 04 §3.3, §3.4; 01 §2.3.
 * @module
 */
import { toBase64 } from "@enclavenet/common";
import { createGenesis, DEFAULT_CONSENSUS_PARAMS, type GenesisDocument } from "@enclavenet/consensus";
import type { EcallResponse } from "@enclavenet/enclave-api";
import { DENOM, GENESIS_BALANCE, LOCAL_ACCOUNTS } from "./accounts.ts";

/** Power of the only validator: its stake in units of 10^6 (spec 04 §3.3). */
const VALIDATOR_POWER = 100_000_000_000n;

function appState(keys: EcallResponse<"createKeychain">): unknown {
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
      node_exch_key: { bytes: toBase64(keys.seedExchangePublicKey) },
      io_exch_key: { bytes: toBase64(keys.ioPublicKey) },
    },
  };
}

/** A document for a chain that starts at `genesisTimeNs`. */
export function localGenesis(
  chainId: string,
  genesisTimeNs: bigint,
  validatorPublicKey: Uint8Array,
  keys: EcallResponse<"createKeychain">,
): GenesisDocument {
  return createGenesis({
    genesisTimeNs,
    chainId,
    initialHeight: 1n,
    consensusParams: DEFAULT_CONSENSUS_PARAMS,
    validators: [{ publicKey: validatorPublicKey, power: VALIDATOR_POWER, name: "local" }],
    appState: appState(keys),
  });
}
