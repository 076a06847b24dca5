/**
 * The enclave's quote together with the collateral that its verification needs.
 *
 * Spec: 01 §4.3.
 * @module
 */
import { encodeCombinedEvidence } from "@enclavenet/attestation";
import type { EcallResponse, Enclave } from "@enclavenet/enclave-api";
import type { CollateralSource } from "../collateral/collateral-source.ts";

/** What the quote is to be about. */
export interface EvidenceRequest {
  /** A value of `EvidencePurpose`. */
  readonly purpose: number;
  readonly chainId: string;
  /** Ed25519 key of the validator that the node belongs to; zeros: none. */
  readonly owner: Uint8Array;
}

const NO_NONCE = new Uint8Array(32);

/** An enclave that has greeted, and where the collateral of its quotes comes from. */
export interface EnclaveSession {
  readonly enclave: Enclave;
  readonly hello: EcallResponse<"hello">;
  readonly collateral: CollateralSource;
}

/** The quote alone. Throws EnclaveError `NoEvidence` when no TEE vouches for the enclave. */
export function evidenceQuote(enclave: Enclave, { purpose, owner }: Omit<EvidenceRequest, "chainId">): Uint8Array {
  return enclave.call("evidence", { purpose, owner, nonce: NO_NONCE }).quote;
}

/** The certificate over a quote. Throws LocalError `COLLATERAL_…`. */
export async function certificateOver(
  source: CollateralSource,
  { chainId, owner }: Pick<EvidenceRequest, "chainId" | "owner">,
  quote: Uint8Array,
): Promise<Uint8Array> {
  const collateral = await source.collateralFor({ quote, chainId });
  return encodeCombinedEvidence({ quote, collateral, owner });
}

/** The certificate over a new quote. Throws EnclaveError `NoEvidence`, LocalError `COLLATERAL_…`. */
export function evidenceCertificate(session: EnclaveSession, request: EvidenceRequest): Promise<Uint8Array> {
  return certificateOver(session.collateral, request, evidenceQuote(session.enclave, request));
}
