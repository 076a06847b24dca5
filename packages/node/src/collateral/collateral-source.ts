/**
 * Where the collateral of an enclave's quotes comes from. It is public, and proven by whoever judges the evidence: inside the
 * enclave and on the chain, at the header's time.
 *
 * Spec: 01 §4.3.
 * @module
 */
import type { CollateralJson } from "@enclavenet/attestation";

/** What collateral is for. */
export interface CollateralRequest {
  readonly quote: Uint8Array;
  /** Network that the quote is made for. */
  readonly chainId: string;
}

export interface CollateralSource {
  /** Throws LocalError `COLLATERAL_…`, each with what to do. */
  collateralFor(request: CollateralRequest): Promise<CollateralJson>;
}

/** What a user chose: a file that was read, or a service, with the headers that it wants. */
export type CollateralChoice =
  | { readonly file: string; readonly text: string }
  | { readonly service: string; readonly headers: Readonly<Record<string, string>> };
