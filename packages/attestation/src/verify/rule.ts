/**
 * A rule: one thing that evidence must fulfil. Rules are data, so that a test can take out any of them and show what it
 * keeps away.
 * @module
 */
import type { Evidence } from "./evidence.ts";

/** Items of a verdict, in the order in which they are shown. */
export const CHECKS = [
  "format",
  "chain",
  "certificate_times",
  "revocation_lists",
  "revocation",
  "tcb_info_signature",
  "qe_identity_signature",
  "collateral_times",
  "qe_report_signature",
  "qe_identity",
  "attestation_key",
  "quote_signature",
  "platform",
  "tdx_module",
  "debug",
  "tcb_status",
  "measurement",
  "signer",
  "report_data",
  "machine_id",
  "collateral_age",
] as const;

export type CheckName = (typeof CHECKS)[number];

export interface Rule {
  readonly name: string;
  readonly check: CheckName;
  /** Whether a quote that breaks it is invalid; otherwise it is only not accepted. */
  readonly essential: boolean;
  /** What is wrong, or undefined. */
  readonly breach: (evidence: Evidence) => string | undefined;
}

/** Rules of one item. */
export function rulesOf(check: CheckName, essential: boolean, rules: Record<string, Rule["breach"]>): readonly Rule[] {
  return Object.entries(rules).map(([name, breach]) => ({ name, check, essential, breach }));
}
