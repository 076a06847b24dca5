/**
 * The birth of a network: its enclave draws the keys, and what vouches for the enclave says so in the genesis document.
 *
 * Spec: 01 §2.2, §8.
 * @module
 */
import type { ValidatorUpdate } from "@enclavenet/abci";
import { INTEL_SGX_ROOT_KEY, isPublicNetwork } from "@enclavenet/attestation";
import { developmentAuthority } from "@enclavenet/attestation/development";
import { type EvidenceTerms, encodeValidatorSet } from "@enclavenet/chain";
import { LocalError } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import {
  type EcallResponse,
  type Enclave,
  EnclaveError,
  EvidencePurpose,
  KeychainState,
  type NetworkBirth,
} from "@enclavenet/enclave-api";
import { type EnclaveSession, evidenceCertificate, hasCollateral } from "./evidence-certificate.ts";

/** The public keys of a network, and the evidence that they live in an enclave; undefined where nothing vouches for it. */
export interface NetworkIdentity extends EcallResponse<"createKeychain"> {
  readonly evidence:
    | { readonly certificate: Uint8Array; readonly validatorSet: Uint8Array; readonly policy: string }
    | undefined;
}

const NOTHING = new Uint8Array(32);

function createOrReadKeys(enclave: Enclave, birth: NetworkBirth): EcallResponse<"createKeychain"> {
  const { keychain, ioPublicKey, seedExchangePublicKey } = enclave.call("status", {});
  if (keychain === KeychainState.empty) return enclave.call("createKeychain", birth);
  if (ioPublicKey === undefined || seedExchangePublicKey === undefined) {
    throw new LocalError("ENCLAVE_STATUS", "the enclave does not show its public keys");
  }
  return { ioPublicKey, seedExchangePublicKey };
}

/** The certificate over the network's keys; undefined when no TEE vouches for the enclave, or the collateral is not at hand. */
function certify(session: EnclaveSession, primitives: Primitives, chainId: string): Uint8Array | undefined {
  if (!hasCollateral(session)) return undefined;
  try {
    return evidenceCertificate(session, primitives, { purpose: EvidencePurpose.networkKeys, chainId, owner: NOTHING });
  } catch (error) {
    if (EnclaveError.is(error, "NoEvidence")) return undefined;
    throw error;
  }
}

/** What a network is to be from birth. */
export interface BirthPlan {
  readonly chainId: string;
  readonly validators: readonly ValidatorUpdate[];
  /** JSON of the policy under which nodes register; empty: the enclave's own program and nothing else. */
  readonly policy: string;
}

/** Makes the keys of a network that starts so, or reads them when they are there. */
export function networkIdentity(session: EnclaveSession, primitives: Primitives, plan: BirthPlan): NetworkIdentity {
  const { chainId, policy } = plan;
  const validatorSet = encodeValidatorSet(primitives, plan.validators);
  const keys = createOrReadKeys(session.enclave, { chainId, validatorSet, policy });
  const certificate = certify(session, primitives, chainId);
  return { ...keys, evidence: certificate && { certificate, validatorSet, policy } };
}

/** Under which this node judges evidence: the root that its network class trusts; under the name of a public network, Intel's. */
export function evidenceTerms(hello: EcallResponse<"hello">, primitives: Primitives): EvidenceTerms {
  const isDevelopment = hello.networkClass === "development";
  return {
    trustedRoots(chainId) {
      const isOwnRoot = isDevelopment && !isPublicNetwork(chainId);
      return [isOwnRoot ? developmentAuthority(primitives, chainId).rootKey : INTEL_SGX_ROOT_KEY];
    },
  };
}
