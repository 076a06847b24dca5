/**
 * What stands under the enclave and vouches for it.
 *
 * Architecture §3 ("Evidence"): every kind gives a DCAP quote; a software enclave's hangs from another root.
 * @module
 */

/** The network and the node that a quote is for. */
export interface QuoteOccasion {
  readonly chainId: string;
  /** Name of the machine among those of the network, where the TEE has none of its own. */
  readonly machine: string;
}

export interface Tee {
  readonly kind: "software";
  /** A quote with these 64 bytes as report data. */
  quote(reportData: Uint8Array, occasion: QuoteOccasion): Uint8Array;
}

/** Whose evidence an enclave gives and accepts. Fixed by the bundle. */
export interface AttestationParts {
  /** Undefined: nothing vouches for this enclave. */
  readonly tee: Tee | undefined;
  /** Root keys under which evidence of other nodes of the network is judged. */
  trustedRoots(chainId: string): readonly Uint8Array[];
}
