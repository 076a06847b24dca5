/**
 * Evidence of the two sides of a hand-over: the enclave that wants to take over, and the one that gives what it holds.
 *
 * Spec: 01 §5.2, §5.3 (upstream's report of the new enclave carries its key; nothing vouches for the old one there).
 * @module
 */
import { equalBytes } from "@enclavenet/common";
import { type UpgradePackageStatement, upgradePackageReportData, upgradeRequestReportData } from "../report-data.ts";
import { type AdmissionTerms, type Refusal, vouchedBy } from "./node-evidence.ts";

const KEY_BYTES = 32;

/** Judges whether an accepted enclave asks to take over in this network. Gives the key to encrypt to. */
export function judgeUpgradeRequest(
  certificate: Uint8Array,
  { chainId, ...terms }: AdmissionTerms,
): { readonly publicKey: Uint8Array } | Refusal {
  const vouched = vouchedBy(certificate, terms);
  if ("refusal" in vouched) return vouched;
  const publicKey = vouched.reportData.slice(0, KEY_BYTES);
  // check: upgrade-request-statement
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
  // check: upgrade-package-statement
  if (equalBytes(vouched.reportData, upgradePackageReportData(terms.primitives, statement))) return undefined;
  return { refusal: "certificate", detail: "report_data: not about this package" };
}
