/**
 * Signed documents of the collateral: signatures, times, and whether they are about this platform.
 *
 * Rule: Intel PCS API, "Get TCB Info", "Get Quoting Enclave identity".
 * @module
 */
import { timeText } from "../encoding/time.ts";
import type { Certificate } from "../x509/certificate.ts";
import type { Evidence } from "./evidence.ts";
import { rulesOf } from "./rule.ts";

/** Name of the part that is renewed once a year; the others are every month. */
export const ROOT_LIST = "list of revoked authorities";

interface Window {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

const list = (name: string, { thisUpdate, nextUpdate }: { thisUpdate: number; nextUpdate: number }): Window => ({
  name,
  from: thisUpdate,
  to: nextUpdate,
});

const document = (name: string, { content }: { content: { issueDate: number; nextUpdate: number } }): Window => ({
  name,
  from: content.issueDate,
  to: content.nextUpdate,
});

/** When each part was issued and when the next one comes. */
export function windowsOf({ collateral }: Pick<Evidence, "collateral">): readonly Window[] {
  return [
    document("TCB information", collateral.tcbInfo),
    document("QE identity", collateral.qeIdentity),
    list(ROOT_LIST, collateral.rootCrl),
    list("list of revoked platforms", collateral.pckCrl),
  ];
}

function outside(evidence: Evidence, name: string): string | undefined {
  const bad = windowsOf(evidence).find(
    (window) => window.name === name && !(window.from <= evidence.time && evidence.time <= window.to),
  );
  return bad && `${name} is of ${timeText(bad.from)} to ${timeText(bad.to)}`;
}

function signedByLeaf(evidence: Evidence, name: "tcbInfo" | "qeIdentity"): boolean {
  const document = evidence.collateral[name];
  return evidence.isSignedBy(document, (document.issuerChain[0] as Certificate).publicKey);
}

export const collateralRules = [
  ...rulesOf("tcb_info_signature", true, {
    tcb_info_signature: (evidence) =>
      signedByLeaf(evidence, "tcbInfo") ? undefined : "the signature of the TCB information does not verify",
  }),
  ...rulesOf("qe_identity_signature", true, {
    qe_identity_signature: (evidence) =>
      signedByLeaf(evidence, "qeIdentity") ? undefined : "the signature of the QE identity does not verify",
  }),
  ...rulesOf("collateral_times", true, {
    tcb_info_time: (evidence) => outside(evidence, "TCB information"),
    qe_identity_time: (evidence) => outside(evidence, "QE identity"),
    root_list_time: (evidence) => outside(evidence, ROOT_LIST),
    pck_list_time: (evidence) => outside(evidence, "list of revoked platforms"),
  }),
  ...rulesOf("platform", true, {
    tcb_info_tee: ({ quote, collateral }) =>
      collateral.tcbInfo.content.tee === quote.body.tee ? undefined : "the TCB information is of another kind of TEE",
    fmspc: ({ platform, collateral }) =>
      collateral.tcbInfo.content.fmspc === platform.fmspc
        ? undefined
        : `the TCB information is of platforms ${collateral.tcbInfo.content.fmspc}, this one is ${platform.fmspc}`,
    pce_id: ({ platform, collateral }) =>
      collateral.tcbInfo.content.pceId === platform.pceId
        ? undefined
        : `the TCB information is of PCE ${collateral.tcbInfo.content.pceId}, this one is ${platform.pceId}`,
  }),
];
