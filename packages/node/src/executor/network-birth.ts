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
  type EcallRequest,
  type EcallResponse,
  type Enclave,
  EnclaveError,
  EvidencePurpose,
  KeychainState,
  type NetworkBirth,
} from "@enclavenet/enclave-api";
import type { CollateralSource } from "../collateral/collateral-source.ts";
import { namingProgram } from "../network/birth-policy.ts";
import { certificateOver, type EnclaveSession, evidenceQuote } from "./evidence-certificate.ts";

/** The public keys of a network. */
type NetworkKeys = Pick<EcallResponse<"createKeychain">, "ioPublicKey" | "seedExchangePublicKey">;

/** The public keys of a network, and the enclave's quote about them; undefined where nothing vouches for it. */
export interface BornNetwork extends NetworkKeys {
  readonly birth: NetworkBirth;
  readonly quote: Uint8Array | undefined;
}

/** The public keys of a network, and the evidence that they live in an enclave; undefined where there is none. */
export interface NetworkIdentity extends NetworkKeys {
  readonly evidence: (Omit<NetworkBirth, "chainId"> & { readonly certificate: Uint8Array }) | undefined;
}

const NOTHING = new Uint8Array(32);

type Keys = NetworkKeys & Pick<EcallResponse<"status">, "registrationPublicKey">;

function createOrReadKeys(enclave: Enclave, request: EcallRequest<"createKeychain">): Keys {
  const { keychain, ioPublicKey, seedExchangePublicKey, registrationPublicKey } = enclave.call("status", {});
  if (keychain === KeychainState.empty) return enclave.call("createKeychain", request);
  if (ioPublicKey === undefined || seedExchangePublicKey === undefined) {
    throw new LocalError("ENCLAVE_STATUS", "the enclave does not show its public keys");
  }
  return { ioPublicKey, seedExchangePublicKey, registrationPublicKey };
}

/** The quote about the network's keys; undefined when no TEE vouches for the enclave. */
function quoteOf(enclave: Enclave): Uint8Array | undefined {
  try {
    return evidenceQuote(enclave, { purpose: EvidencePurpose.networkKeys, owner: NOTHING });
  } catch (error) {
    if (EnclaveError.is(error, "NoEvidence")) return undefined;
    throw error;
  }
}

/** What a network is to be from birth. */
export interface BirthPlan {
  readonly chainId: string;
  /** The first is that of the node whose enclave draws the keys. */
  readonly validators: readonly ValidatorUpdate[];
  /** JSON of the policy under which nodes register; the enclave's own program is added where it names none. */
  readonly policy: string;
}

type GreetedEnclave = Pick<EnclaveSession, "enclave" | "hello">;

/** Makes the keys of a network that starts so, or reads them when they are there. */
export function bornNetwork(session: GreetedEnclave, primitives: Primitives, plan: BirthPlan): BornNetwork {
  const { enclave, hello } = session;
  const { chainId, validators } = plan;
  const policy = namingProgram(plan.policy, hello);
  const validatorSet = encodeValidatorSet(primitives, validators);
  const owner = validators[0]?.publicKey ?? NOTHING;
  const request = { chainId, validatorSet, policy, owner };
  const { registrationPublicKey: publicKey, ...keys } = createOrReadKeys(enclave, request);
  // Keys that an earlier program drew have no registration.
  const founder = publicKey && { publicKey, owner };
  return { ...keys, birth: { chainId, validatorSet, policy, founder }, quote: quoteOf(enclave) };
}

/** Puts the collateral beside the quote. Without a source there is no evidence. Throws LocalError `COLLATERAL_…`. */
export async function networkIdentity(
  { birth, quote, ...keys }: BornNetwork,
  source: CollateralSource | undefined,
): Promise<NetworkIdentity> {
  if (quote === undefined || source === undefined) return { ...keys, evidence: undefined };
  const { chainId, ...rest } = birth;
  const certificate = await certificateOver(source, { chainId, owner: NOTHING }, quote);
  return { ...keys, evidence: { ...rest, certificate } };
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
