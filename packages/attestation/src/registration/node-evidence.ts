/**
 * Whether a certificate lets a node into a network: the quote is valid under the network's roots and policy, of a program that
 * the network runs, and made for a registration in this network.
 *
 * Spec: 01 §3.4 (steps and their errors), §10 no. 10 (upstream ignores the debug bit; here it makes the quote invalid).
 * @module
 */
import { equalBytes, toHex } from "@enclavenet/common";
import { AttestationError } from "../errors.ts";
import type { Policy } from "../policy.ts";
import type { AttestationPrimitives } from "../primitives/primitives.ts";
import { parseQuote, type QuoteBody } from "../quote/quote.ts";
import {
  type NetworkKeysStatement,
  networkKeysReportData,
  registrationReportData,
  type SeedRotationStatement,
  seedRotationReportData,
} from "../report-data.ts";
import { verifyQuote } from "../verify/verify-quote.ts";
import { parseCombinedEvidence } from "./combined-blob.ts";

/** What a network demands of its nodes. */
export interface AdmissionTerms {
  readonly chainId: string;
  /** Seconds since the epoch: the time of the block's header, so that all nodes judge alike. */
  readonly time: number;
  readonly trustedRoots: readonly Uint8Array[];
  /** With no `measurements`, nodes run the program whose measurement is given here. */
  readonly policy: Policy;
  /** Of the program that judges; undefined: whatever program made the evidence. */
  readonly measurement: Uint8Array | undefined;
  /**
   * RTMR 0 to 3 of the domain that judges: its measurement names the firmware alone. A policy that names `rtmrs`, if only an
   * empty list, or `measurements`, replaces them.
   */
  readonly rtmrs?: readonly Uint8Array[] | undefined;
  readonly primitives: AttestationPrimitives;
}

/** A node that may have the seeds. */
export interface AdmittedNode {
  readonly publicKey: Uint8Array;
  readonly owner: Uint8Array;
  /** Spec 01 §4.5, 20 bytes in hexadecimal; null for a platform that has none. */
  readonly machineId: string | null;
}

/** `certificate`: anything but the program; `measurement`: another program. */
export interface Refusal {
  readonly refusal: "certificate" | "measurement";
  readonly detail: string;
}

export type Admission = { readonly node: AdmittedNode } | Refusal;

const PUBLIC_KEY_BYTES = 32;

/** Key that a certificate is about, unverified. Throws `AttestationError`. */
export function certifiedPublicKey(certificate: Uint8Array): Uint8Array {
  return certifiedBody(certificate).report.reportData.slice(0, PUBLIC_KEY_BYTES);
}

/** What the quote of a certificate holds, unverified. Throws `AttestationError`. */
export function certifiedBody(certificate: Uint8Array): QuoteBody {
  return parseQuote(parseCombinedEvidence(certificate).quote).body;
}

interface Vouched {
  readonly reportData: Uint8Array;
  readonly owner: Uint8Array;
  readonly machineId: string | null;
}

/** What a certificate vouches for, when it holds under the terms. */
export function vouchedBy(certificate: Uint8Array, terms: Omit<AdmissionTerms, "chainId">): Vouched | Refusal {
  try {
    const { quote, collateral, owner } = parseCombinedEvidence(certificate);
    const { measurement, rtmrs, policy, ...options } = terms;
    // check: own-program
    const own = measurement === undefined ? {} : { measurements: [toHex(measurement)] };
    // A policy that names programs names all of them: enclaves of different programs have to judge alike.
    const isNamed = rtmrs === undefined || policy.measurements !== undefined;
    const ownSystem = isNamed ? {} : { rtmrs: rtmrs.map(toHex) };
    const verdict = verifyQuote(quote, collateral, { ...options, policy: { ...own, ...ownSystem, ...policy } });
    const failed = verdict.checks.find(({ ok }) => !ok);
    if (failed === undefined) {
      const { reportData } = parseQuote(quote).body.report;
      return { reportData, owner, machineId: verdict.machine_id };
    }
    const refusal = failed.name === "measurement" ? "measurement" : "certificate";
    return { refusal, detail: `${failed.name}: ${failed.detail}` };
  } catch (error) {
    if (!(error instanceof AttestationError) || error.code === "ATTESTATION_USAGE") throw error;
    return { refusal: "certificate", detail: `[${error.code}] ${error.message}` };
  }
}

/** Judges a node's certificate. Throws `AttestationError` only for terms that are none. */
export function judgeNode(certificate: Uint8Array, { chainId, ...terms }: AdmissionTerms): Admission {
  const vouched = vouchedBy(certificate, terms);
  if ("refusal" in vouched) return vouched;
  const { reportData, owner, machineId } = vouched;
  const publicKey = reportData.slice(0, PUBLIC_KEY_BYTES);
  // check: registration-statement
  if (!equalBytes(reportData, registrationReportData(terms.primitives, { chainId, publicKey, owner }))) {
    return { refusal: "certificate", detail: "report_data: not of a registration in this network" };
  }
  return { node: { publicKey, owner, machineId } };
}

/** Judges whether an accepted enclave makes exactly this statement about a network's keys; on which machine, when it does. */
export function judgeNetworkKeys(
  certificate: Uint8Array,
  statement: NetworkKeysStatement,
  terms: Omit<AdmissionTerms, "chainId">,
): Refusal | Pick<AdmittedNode, "machineId"> {
  const vouched = vouchedBy(certificate, terms);
  if ("refusal" in vouched) return vouched;
  const { reportData, machineId } = vouched;
  // check: network-keys-statement
  if (equalBytes(reportData, networkKeysReportData(terms.primitives, statement))) return { machineId };
  return { refusal: "certificate", detail: "report_data: not about these keys of this network" };
}

/** Judges whether an accepted enclave drew the seed of this rotation and encrypted it to exactly these nodes; undefined when it did. */
export function judgeSeedRotation(
  certificate: Uint8Array,
  statement: SeedRotationStatement,
  terms: Omit<AdmissionTerms, "chainId">,
): Refusal | undefined {
  const vouched = vouchedBy(certificate, terms);
  if ("refusal" in vouched) return vouched;
  // check: rotation-statement
  if (equalBytes(vouched.reportData, seedRotationReportData(terms.primitives, statement))) return undefined;
  return { refusal: "certificate", detail: "report_data: not about this rotation of this network" };
}
