/**
 * TCB status and what the caller's policy demands.
 * @module
 */
import { toHex } from "@enclavenet/common";
import type { QuoteBody } from "../quote/quote.ts";
import { ROOT_LIST, windowsOf } from "./collateral-rules.ts";
import type { Evidence } from "./evidence.ts";
import { rulesOf } from "./rule.ts";

/** MRENCLAVE or MRTD. */
export function measurementOf({ tee, report }: QuoteBody): string {
  return toHex(tee === "sgx" ? report.mrEnclave : report.mrTd);
}

/** MRSIGNER; a trust domain has none. */
export function signerOf({ tee, report }: QuoteBody): string | undefined {
  return tee === "sgx" ? toHex(report.mrSigner) : undefined;
}

/** RTMR 0 to 3 of a trust domain, hexadecimal; none of an enclave. */
export function rtmrsOf({ tee, report }: QuoteBody): readonly string[] {
  return tee === "tdx" ? report.rtmrs.map(toHex) : [];
}

/** Seconds since the oldest part of the collateral was issued; without the root's list, which lives for a year. */
export function collateralAge(evidence: Evidence): number {
  const monthly = windowsOf(evidence).filter(({ name }) => name !== ROOT_LIST);
  return evidence.time - Math.min(...monthly.map(({ from }) => from));
}

const listed = (value: string | undefined, choices: readonly string[] | undefined): boolean =>
  choices === undefined || (value !== undefined && choices.includes(value));

export const policyRules = [
  ...rulesOf("tcb_status", true, {
    tcb_known: ({ tcb }) =>
      tcb.status === "NotSupported" ? `below every level that Intel lists: ${tcb.parts}` : undefined,
    tcb_not_revoked: ({ tcb }) => (tcb.status === "Revoked" ? `Revoked: ${tcb.parts}` : undefined),
  }),
  ...rulesOf("tcb_status", false, {
    tcb_status({ tcb, policy }) {
      const accepted: readonly string[] = policy.tcb_statuses ?? ["UpToDate"];
      return accepted.includes(tcb.status) ? undefined : `${tcb.status}: ${tcb.parts}`;
    },
    advisories({ tcb, policy }) {
      const bad = tcb.advisories.filter((id) => policy.advisory_ids?.includes(id) === false);
      return bad.length === 0 ? undefined : `advisories that the policy does not name: ${bad.join(", ")}`;
    },
  }),
  ...rulesOf("measurement", false, {
    measurement: ({ quote, policy }) =>
      listed(measurementOf(quote.body), policy.measurements)
        ? undefined
        : `${measurementOf(quote.body)} is not expected`,
  }),
  ...rulesOf("measurement", false, {
    rtmrs({ quote, policy }) {
      const actual = rtmrsOf(quote.body);
      const bad = (policy.rtmrs ?? []).findIndex((expected, index) => expected !== "" && expected !== actual[index]);
      return bad < 0 ? undefined : `RTMR ${bad} is ${actual[bad] ?? "not there"}, which is not expected`;
    },
  }),
  ...rulesOf("signer", false, {
    signer: ({ quote, policy }) =>
      listed(signerOf(quote.body), policy.signers) ? undefined : `${signerOf(quote.body) ?? "none"} is not expected`,
  }),
  ...rulesOf("report_data", false, {
    report_data: ({ quote, policy }) =>
      toHex(quote.body.report.reportData).startsWith(policy.report_data ?? "") ? undefined : "is not what was expected",
  }),
  ...rulesOf("machine_id", false, {
    machine_id: ({ machineId, policy }) =>
      listed(machineId, policy.machine_ids) ? undefined : `${machineId} is not expected`,
  }),
  ...rulesOf("collateral_age", false, {
    collateral_age(evidence) {
      const age = collateralAge(evidence);
      return age <= (evidence.policy.max_collateral_age ?? Number.POSITIVE_INFINITY) ? undefined : `${age} seconds`;
    },
    evaluation_number({ collateral, policy }) {
      const numbers = [collateral.tcbInfo, collateral.qeIdentity].map(({ content }) => content.evaluationNumber);
      const least = Math.min(...numbers);
      return least >= (policy.min_evaluation_number ?? 0) ? undefined : `evaluation number ${least}`;
    },
  }),
];
