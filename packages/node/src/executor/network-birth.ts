/**
 * The birth of a network: its enclave draws the keys, and what vouches for the enclave says so in the genesis document.
 *
 * Spec: 01 §2.2, §8.
 * @module
 */
import type { ValidatorUpdate } from "@enclavenet/abci";
import { encodeCombinedEvidence, INTEL_SGX_ROOT_KEY, isPublicNetwork } from "@enclavenet/attestation";
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

/** The public keys of a network, and the evidence that they live in an enclave; undefined where nothing vouches for it. */
export interface NetworkIdentity extends EcallResponse<"createKeychain"> {
  readonly evidence:
    | { readonly certificate: Uint8Array; readonly validatorSet: Uint8Array; readonly policy: string }
    | undefined;
}

const NOTHING = new Uint8Array(32);

/** A network lets in nodes of its own program alone. */
const POLICY = "";

function createOrReadKeys(enclave: Enclave, birth: NetworkBirth): EcallResponse<"createKeychain"> {
  const { keychain, ioPublicKey, seedExchangePublicKey } = enclave.call("status", {});
  if (keychain === KeychainState.empty) return enclave.call("createKeychain", birth);
  if (ioPublicKey === undefined || seedExchangePublicKey === undefined) {
    throw new LocalError("ENCLAVE_STATUS", "the enclave does not show its public keys");
  }
  return { ioPublicKey, seedExchangePublicKey };
}

/** The certificate over the network's keys; undefined when no TEE vouches for the enclave. */
function certify(enclave: Enclave, primitives: Primitives, chainId: string): Uint8Array | undefined {
  try {
    const request = { purpose: EvidencePurpose.networkKeys, owner: NOTHING, nonce: NOTHING };
    const { quote } = enclave.call("evidence", request);
    const collateral = developmentAuthority(primitives, chainId).collateral();
    return encodeCombinedEvidence({ quote, collateral, owner: NOTHING });
  } catch (error) {
    if (EnclaveError.is(error, "NoEvidence")) return undefined;
    throw error;
  }
}

/** Makes the keys of a network that starts with these validators, or reads them when they are there. */
export function networkIdentity(
  enclave: Enclave,
  primitives: Primitives,
  chainId: string,
  validators: readonly ValidatorUpdate[],
): NetworkIdentity {
  const validatorSet = encodeValidatorSet(primitives, validators);
  const keys = createOrReadKeys(enclave, { chainId, validatorSet, policy: POLICY });
  const certificate = certify(enclave, primitives, chainId);
  return { ...keys, evidence: certificate && { certificate, validatorSet, policy: POLICY } };
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
