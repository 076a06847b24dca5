/**
 * The genesis document of a home: the stored one, or a new one that carries the public keys of the enclave. Genesis and
 * enclave keys belong together; a home that has lost one of them cannot go on.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { type GenesisDocument, parseGenesis } from "@enclavenet/consensus";
import { KeychainState } from "@enclavenet/enclave-api";
import { demandSameNetwork } from "../assembly/enclave-network.ts";
import type { StateProofsSetting } from "../assembly/parts.ts";
import type { ExecutorThread } from "../executor/executor-client.ts";
import { readFileIfThere, writeFileDurably } from "../home/files.ts";
import type { NodeHome } from "../home/home.ts";
import { birthPolicy } from "../network/birth-policy.ts";
import { firstValidators, networkGenesis } from "../network/genesis-document.ts";
import { localPlan } from "./genesis.ts";

function readGenesis(home: NodeHome, chainId: string): GenesisDocument | undefined {
  const bytes = readFileIfThere(home.genesis);
  if (bytes === undefined) return undefined;
  const genesis = parseGenesis(bytes);
  if (genesis.chainId !== chainId) {
    throw new LocalError("CHAIN_ID_MISMATCH", `the home holds the chain ${genesis.chainId}, not ${chainId}`, {
      fix: `give --chain-id ${genesis.chainId}, or another --home`,
    });
  }
  return genesis;
}

/** The chain's genesis document; a new chain gets one that carries the public keys of its enclave. */
export async function loadGenesis(
  home: NodeHome,
  chainId: string,
  executor: ExecutorThread,
  validatorPublicKey: Uint8Array,
  stateProofs: StateProofsSetting,
): Promise<GenesisDocument> {
  const { status } = await executor.api.enclaveStatus();
  const stored = readGenesis(home, chainId);
  if (stored !== undefined) {
    if (status.keychain === KeychainState.empty) {
      throw new LocalError("ENCLAVE_KEYS_MISSING", "the enclave folder holds no keys, but the home holds a chain", {
        fix: "restore the enclave folder of this home, or start with a new --home",
      });
    }
    demandSameNetwork(stored, status);
    return stored;
  }
  if (status.keychain === KeychainState.bound) {
    throw new LocalError("GENESIS_MISSING", "the enclave holds keys of a network whose genesis file is gone", {
      fix: "restore config/genesis.json, or start with a new --home",
    });
  }
  const now = BigInt(Date.now()) * 1_000_000n + 1n;
  // A local network lets in nodes of its own program alone.
  const plan = localPlan(chainId);
  const policy = birthPolicy(JSON.stringify({ state_proofs: stateProofs }), plan.authority);
  const birth = { chainId, validators: firstValidators(validatorPublicKey), policy };
  const identity = await executor.api.networkIdentity(birth);
  const genesis = networkGenesis(plan, now, validatorPublicKey, identity);
  writeFileDurably(home.genesis, genesis.bytes);
  return genesis;
}
