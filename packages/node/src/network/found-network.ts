/**
 * `enclavenet init` of a new network: its enclave draws the keys and vouches for them, the genesis document says so.
 *
 * Spec: 01 §2.1, §2.2. The home is that of the network's first node and only validator.
 * @module
 */
import { existsSync } from "node:fs";
import { LocalError } from "@enclavenet/common";
import type { GenesisDocument } from "@enclavenet/consensus";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { KeychainState } from "@enclavenet/enclave-api";
import { type SessionOptions, withEnclave } from "../assembly/enclave-session.ts";
import { takeHome } from "../assembly/open-home.ts";
import { bornNetwork, networkIdentity } from "../executor/network-birth.ts";
import { loadValidatorKey, writeFileDurably } from "../home/files.ts";
import { birthPolicy } from "./birth-policy.ts";
import { firstValidators, type NetworkPlan, networkGenesis } from "./genesis-document.ts";
import { demandGoodNetwork, networkOfGenesis } from "./network-of-genesis.ts";

export interface FoundOptions extends NetworkPlan, SessionOptions {
  readonly home: string;
  /** JSON of the policy under which nodes register; empty: the enclave's own program and nothing else. */
  readonly policy: string;
  /** Nanoseconds since the epoch; asked when the evidence is complete, which is judged at this time. */
  readonly now: () => bigint;
}

/** The error for a home that has a network. Nothing is overwritten. */
export function networkExists(home: string): LocalError {
  return new LocalError("NETWORK_EXISTS", `${home} has a network already`, {
    fix: "give a new directory with --home: keys are never overwritten",
  });
}

/**
 * Makes the home of a network's first node. A call that was interrupted may be repeated with the same options. Throws LocalError
 * `NETWORK_EXISTS`, `NETWORK_REFUSED`, `COLLATERAL_…`, and what opening a home and its enclave throws.
 */
export async function foundNetwork(options: FoundOptions): Promise<GenesisDocument> {
  const { home, release } = takeHome(options.home);
  try {
    if (existsSync(home.genesis)) throw networkExists(options.home);
    const primitives = createNodePrimitives();
    const { publicKey } = loadValidatorKey(primitives, home.validatorKey);
    return await withEnclave(options, home, async (session) => {
      const { keychain } = session.enclave.call("status", {});
      if (keychain !== KeychainState.empty && keychain !== KeychainState.unbound) throw networkExists(options.home);
      const { chainId, authority } = options;
      const policy = birthPolicy(options.policy, authority);
      const plan = { chainId, validators: firstValidators(publicKey), policy };
      const identity = await networkIdentity(bornNetwork(session, primitives, plan), session.collateral);
      const genesis = networkGenesis(options, options.now(), publicKey, identity);
      // Keys of an interrupted call were perhaps born with other options; no node would start from such a document.
      demandGoodNetwork(primitives, session, networkOfGenesis(primitives, genesis));
      writeFileDurably(home.genesis, genesis.bytes);
      return genesis;
    });
  } finally {
    release();
  }
}
