/**
 * What stands under the enclave: it vouches for the program, and keeps the key of its sealed records.
 *
 * Architecture §3 ("Evidence"): every kind gives a DCAP quote; a software enclave's hangs from another root. None of them has a
 * monotonic counter, so that an older copy of all sealed records is not told from the newest one.
 * @module
 */
import type { SecretBytes } from "@enclavenet/crypto";
import { TeeName } from "@enclavenet/enclave-api";

/** The network and the node that a quote is for. */
export interface QuoteOccasion {
  readonly chainId: string;
  /** Name of the machine among those of the network, where the TEE has none of its own. */
  readonly machine: string;
}

/** What quotes name a program by. */
export interface ProgramIdentity {
  /** SHA-256 of the bundle, MRENCLAVE or MRTD. */
  readonly measurement: Uint8Array;
  /** RTMR 0 to 3 of a trust domain: its MRTD names the firmware alone. */
  readonly rtmrs?: readonly Uint8Array[];
}

/** Kinds of TEE; part of what sealed records are bound to. */
export type TeeKind = "software" | "gramine-sgx" | "tdx";

export interface Tee {
  readonly kind: TeeKind;
  readonly program: ProgramIdentity;
  /** A quote with these 64 bytes as report data. Throws `TeeFailed`. */
  quote(reportData: Uint8Array, occasion: QuoteOccasion): Uint8Array;
  /**
   * The key for the records in `directory`, 32 bytes, the same one after a restart of the program. Throws `TeeFailed`, or
   * `SealingFailed` where the key lies in that folder and is damaged.
   */
  sealingKey(directory: string): SecretBytes;
}

/** Whose evidence an enclave gives and accepts. Fixed by the bundle. */
export interface AttestationParts {
  /** Undefined: nothing vouches for this enclave. */
  readonly tee: Tee | undefined;
  /** Root keys under which evidence of other nodes of the network is judged. */
  trustedRoots(chainId: string): readonly Uint8Array[];
}

const NAMES: Readonly<Record<TeeKind, string>> = {
  software: TeeName.software,
  "gramine-sgx": TeeName.gramine,
  tdx: TeeName.tdx,
};

/** What people read of it. */
export function teeName(tee: Tee | undefined): string {
  return tee === undefined ? TeeName.none : NAMES[tee.kind];
}
