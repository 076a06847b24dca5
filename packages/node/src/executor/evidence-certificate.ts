/**
 * The enclave's quote together with the collateral that its verification needs.
 *
 * Spec: 01 §4.3.
 * @module
 */
import { encodeCombinedEvidence } from "@enclavenet/attestation";
import { developmentAuthority } from "@enclavenet/attestation/development";
import type { Primitives } from "@enclavenet/crypto";
import type { Enclave } from "@enclavenet/enclave-api";

/** What the quote is to be about. */
export interface EvidenceRequest {
  /** A value of `EvidencePurpose`. */
  readonly purpose: number;
  readonly chainId: string;
  /** Ed25519 key of the validator that the node belongs to; zeros: none. */
  readonly owner: Uint8Array;
}

const NO_NONCE = new Uint8Array(32);

/** The certificate. Throws EnclaveError `NoEvidence` when no TEE vouches for the enclave. */
export function evidenceCertificate(enclave: Enclave, primitives: Primitives, request: EvidenceRequest): Uint8Array {
  const { purpose, chainId, owner } = request;
  const { quote } = enclave.call("evidence", { purpose, owner, nonce: NO_NONCE });
  return encodeCombinedEvidence({ quote, collateral: developmentAuthority(primitives, chainId).collateral(), owner });
}
