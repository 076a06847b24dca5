/**
 * The enclave's quote together with the collateral that its verification needs.
 *
 * Spec: 01 §4.3.
 * @module
 */
import { encodeCombinedEvidence } from "@enclavenet/attestation";
import { developmentAuthority } from "@enclavenet/attestation/development";
import { LocalError } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import { type EcallResponse, type Enclave, TeeName } from "@enclavenet/enclave-api";

/** What the quote is to be about. */
export interface EvidenceRequest {
  /** A value of `EvidencePurpose`. */
  readonly purpose: number;
  readonly chainId: string;
  /** Ed25519 key of the validator that the node belongs to; zeros: none. */
  readonly owner: Uint8Array;
}

const NO_NONCE = new Uint8Array(32);

/** An enclave that has greeted. */
export interface EnclaveSession {
  readonly enclave: Enclave;
  readonly hello: EcallResponse<"hello">;
}

/** Whether the collateral of this enclave's machine is at hand: of hardware it is Intel's to hand out. */
export function hasCollateral({ hello }: EnclaveSession): boolean {
  return hello.tee === TeeName.software;
}

/** Throws LocalError `EVIDENCE_COLLATERAL` for an enclave whose quotes nobody could verify. */
function demandCollateral(session: EnclaveSession): void {
  const { tee } = session.hello;
  if (tee === TeeName.none || hasCollateral(session)) return;
  throw new LocalError("EVIDENCE_COLLATERAL", `certificates of machines with ${tee} are not made yet`, {
    fix: "the quote needs the collateral of Intel's service beside it, which this command does not fetch; use --enclave development",
  });
}

/** The certificate over a quote that this enclave gave. Throws LocalError `EVIDENCE_COLLATERAL`. */
export function certificateOver(
  session: EnclaveSession,
  primitives: Primitives,
  { chainId, owner }: Pick<EvidenceRequest, "chainId" | "owner">,
  quote: Uint8Array,
): Uint8Array {
  demandCollateral(session);
  return encodeCombinedEvidence({ quote, collateral: developmentAuthority(primitives, chainId).collateral(), owner });
}

/** The certificate. Throws EnclaveError `NoEvidence` when no TEE vouches for the enclave, LocalError `EVIDENCE_COLLATERAL`. */
export function evidenceCertificate(
  session: EnclaveSession,
  primitives: Primitives,
  request: EvidenceRequest,
): Uint8Array {
  demandCollateral(session);
  const { purpose, owner } = request;
  const { quote } = session.enclave.call("evidence", { purpose, owner, nonce: NO_NONCE });
  return certificateOver(session, primitives, request, quote);
}
