/**
 * Evidence of the two sides of a hand-over: the enclave that wants to take over, and the one that gives what it holds.
 *
 * Spec: 01 §5.2, §5.3 (upstream's report of the new enclave carries its key; nothing vouches for the old one there).
 * @module
 */
import { equalBytes } from "@enclavenet/common";
import { AttestationError } from "../errors.ts";
import type { QuoteBody } from "../quote/quote.ts";
import { type UpgradePackageStatement, upgradePackageReportData, upgradeRequestReportData } from "../report-data.ts";
import { type AdmissionTerms, certifiedBody, type Refusal, vouchedBy } from "./node-evidence.ts";

/** What evidence names a program by. */
export interface Program {
  /** MRENCLAVE, MRTD, or the hash of a software enclave's bundle. */
  readonly measurement: Uint8Array;
  /** RTMR 0 to 3 of a trust domain; none of an enclave. */
  readonly rtmrs: readonly Uint8Array[];
}

const KEY_BYTES = 32;

function programOf({ tee, report }: QuoteBody): Program {
  return tee === "sgx"
    ? { measurement: report.mrEnclave, rtmrs: [] }
    : { measurement: report.mrTd, rtmrs: report.rtmrs };
}

/** Program that a certificate names, unverified; undefined for what is no certificate. */
export function certifiedProgram(certificate: Uint8Array): Program | undefined {
  try {
    return programOf(certifiedBody(certificate));
  } catch (error) {
    if (error instanceof AttestationError) return undefined;
    throw error;
  }
}

/** Judges whether an accepted enclave asks to take over in this network. Gives the key to encrypt to. */
export function judgeUpgradeRequest(
  certificate: Uint8Array,
  { chainId, ...terms }: AdmissionTerms,
): { readonly publicKey: Uint8Array } | Refusal {
  const vouched = vouchedBy(certificate, terms);
  if ("refusal" in vouched) return vouched;
  const publicKey = vouched.reportData.slice(0, KEY_BYTES);
  if (equalBytes(vouched.reportData, upgradeRequestReportData(terms.primitives, { chainId, publicKey })))
    return { publicKey };
  return { refusal: "certificate", detail: "report_data: not of an upgrade in this network" };
}

/** Judges whether an accepted enclave hands over exactly this package to exactly this key; undefined when it does. */
export function judgeUpgradePackage(
  certificate: Uint8Array,
  statement: UpgradePackageStatement,
  terms: Omit<AdmissionTerms, "chainId">,
): Refusal | undefined {
  const vouched = vouchedBy(certificate, terms);
  if ("refusal" in vouched) return vouched;
  if (equalBytes(vouched.reportData, upgradePackageReportData(terms.primitives, statement))) return undefined;
  return { refusal: "certificate", detail: "report_data: not about this package" };
}
