/**
 * What an enclave has only once its keychain is bound to a network: what verifies and executes blocks.
 * @module
 */
import { demandFor } from "@enclavenet/attestation";
import { BlockVerifier } from "./block-verifier/block-verifier.ts";
import { MessageCounter } from "./block-verifier/message-counter.ts";
import type { ProgressStore } from "./block-verifier/progress.ts";
import { ContractEngine } from "./contract-engine/engine.ts";
import type { EnclaveOptions } from "./enclave-options.ts";
import type { LiveKeys } from "./key-guard/live-keys.ts";
import type { KeychainStore } from "./keychain/keychain.ts";
import type { AdmissionParts } from "./registration/admission.ts";
import { authorityOf, readPolicy } from "./registration/policy.ts";
import type { AttestationParts } from "./tee/tee.ts";

/** The parts that blocks and queries are run with. */
export interface Running {
  readonly keys: LiveKeys;
  readonly blocks: BlockVerifier;
  readonly engine: ContractEngine;
  readonly admission: AdmissionParts;
  /** Of the birth, see {@link authorityOf}. */
  readonly authority: Uint8Array | undefined;
}

/** What they are made of. */
export interface RunningParts {
  readonly keychain: KeychainStore;
  readonly progress: ProgressStore;
  readonly keys: LiveKeys;
  readonly trustedRoots: AttestationParts["trustedRoots"];
}

/** Throws `NotReady`. */
export function assembleRunning(options: EnclaveOptions, parts: RunningParts): Running {
  const { primitives, instances, measurement, rtmrs } = options;
  const { keychain, progress, keys } = parts;
  const { binding, keychain: sealed } = keychain.bound();
  const { chainId } = binding;
  const policy = readPolicy(sealed.birth?.policy ?? "");
  // PERF: the roots of a development network are reckoned, and few blocks hold a registration.
  const terms = (certificate: Uint8Array, height: bigint) => {
    const demand = demandFor(certificate, keychain.approvedPrograms(height));
    const trustedRoots = parts.trustedRoots(chainId);
    return { chainId, policy: { ...policy, ...demand }, measurement, rtmrs, trustedRoots };
  };
  const counter = new MessageCounter();
  const queryBlocks = policy.query_blocks ?? 1;
  return {
    keys,
    admission: { primitives, keys, terms, keychain },
    authority: authorityOf(policy),
    blocks: new BlockVerifier({ primitives, keys, counter, binding, progress, queryBlocks }),
    engine: new ContractEngine({ primitives, keys, counter, ...(instances === undefined ? {} : { instances }) }),
  };
}
