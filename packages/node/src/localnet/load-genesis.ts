/**
 * The genesis document of a home: the stored one, or a new one that carries the public keys of the enclave. Genesis and
 * enclave keys belong together; a home that has lost one of them cannot go on.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { type GenesisDocument, parseGenesis } from "@enclavenet/consensus";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { KeychainState } from "@enclavenet/enclave-api";
import { demandSameNetwork } from "../assembly/enclave-network.ts";
import type { StateProofsSetting } from "../assembly/parts.ts";
import type { CollateralChoice } from "../collateral/collateral-source.ts";
import { collateralSource } from "../collateral/sources.ts";
import type { ExecutorThread } from "../executor/executor-client.ts";
import { networkIdentity } from "../executor/network-birth.ts";
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

/** What a network that begins here is to be. */
export interface LocalBirth {
  readonly chainId: string;
  readonly stateProofs: StateProofsSetting;
  /** Undefined: an enclave on hardware gives no evidence, so that nobody can join. */
  readonly collateral: CollateralChoice | undefined;
}

async function newGenesis(
  home: NodeHome,
  { chainId, stateProofs, collateral }: LocalBirth,
  executor: ExecutorThread,
  validatorPublicKey: Uint8Array,
): Promise<GenesisDocument> {
  const local = localPlan(chainId);
  // A local network lets in nodes of its own program alone.
  const policy = birthPolicy(JSON.stringify({ state_proofs: stateProofs }), local.authority);
  const plan = { chainId, validators: firstValidators(validatorPublicKey), policy };
  const { hello } = await executor.api.enclaveStatus();
  const source = collateralSource(collateral, { tee: hello.tee, home, primitives: createNodePrimitives() });
  const identity = await networkIdentity(await executor.api.bornNetwork(plan), source);
  const now = BigInt(Date.now()) * 1_000_000n + 1n;
  return networkGenesis(local, now, validatorPublicKey, identity);
}

/** The chain's genesis document; a new chain gets one that carries the public keys of its enclave. */
export async function loadGenesis(
  home: NodeHome,
  birth: LocalBirth,
  executor: ExecutorThread,
  validatorPublicKey: Uint8Array,
): Promise<GenesisDocument> {
  const { status } = await executor.api.enclaveStatus();
  const stored = readGenesis(home, birth.chainId);
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
  const genesis = await newGenesis(home, birth, executor, validatorPublicKey);
  writeFileDurably(home.genesis, genesis.bytes);
  return genesis;
}
