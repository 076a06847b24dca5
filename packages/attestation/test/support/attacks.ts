/** For each rule of the verifier, evidence that breaks it and nothing else. */
import type { VerifyOptions } from "@enclavenet/attestation";
import { publicKey } from "./keys.ts";
import { type EvidencePlan, NOW } from "./plan.ts";

export interface Attack {
  readonly rule: string;
  readonly what: string;
  /** Default: sgx. */
  readonly tee?: "sgx" | "tdx";
  readonly change?: (plan: EvidencePlan) => void;
  readonly options?: Partial<VerifyOptions>;
}

const OTHER_CA = "Intel SGX PCK Processor CA";
const ROOT = "Intel SGX Root CA";

function underOtherRoot({ certificates, chains }: EvidencePlan): void {
  certificates.signer.signedBy = "otherRoot";
  chains.tcbInfo = ["signer", "otherRoot"];
  chains.qeIdentity = ["signer", "otherRoot"];
}

const chain: readonly Attack[] = [
  {
    rule: "chain_length",
    what: "a platform straight under the root",
    change(plan) {
      Object.assign(plan.certificates.pck, { issuer: ROOT, signedBy: "root" });
      Object.assign(plan.pckCrl, { issuer: ROOT, signedBy: "root" });
      plan.chains.pck = ["pck", "root"];
      plan.chains.crl = ["root"];
    },
  },
  {
    rule: "chain_roles",
    what: "a certificate for another purpose signs TCB information",
    change: ({ certificates }) => void Object.assign(certificates.signer, { subject: "Intel SGX PCK Certificate" }),
  },
  {
    rule: "chain_roles",
    what: "an authority with a name of its own",
    change({ certificates, pckCrl }) {
      certificates.ca.subject = "Somebody's CA";
      certificates.pck.issuer = "Somebody's CA";
      pckCrl.issuer = "Somebody's CA";
    },
  },
  {
    rule: "chain_links",
    what: "a certificate that names another issuer",
    change: ({ certificates }) => void Object.assign(certificates.pck, { issuer: OTHER_CA }),
  },
  {
    rule: "chain_authorities",
    what: "an issuer that is no authority",
    change: ({ certificates }) => void Object.assign(certificates.ca, { isAuthority: false, pathLength: undefined }),
  },
  {
    rule: "chain_authorities",
    what: "an authority that may not sign certificates",
    change: ({ certificates }) => void Object.assign(certificates.ca, { usage: 0x02 }),
  },
  {
    rule: "chain_authorities",
    what: "a root that allows no authority below",
    change: ({ certificates }) => void Object.assign(certificates.root, { pathLength: 0 }),
  },
  {
    rule: "chain_authorities",
    what: "an authority as a platform",
    change: ({ certificates }) => void Object.assign(certificates.pck, { isAuthority: true }),
  },
  {
    rule: "chain_signatures",
    what: "an authority that the root did not sign",
    change: ({ certificates }) => void Object.assign(certificates.ca, { signedBy: "stranger" }),
  },
  {
    rule: "chain_signatures",
    what: "a root certificate that is not signed by its key",
    change: ({ certificates }) => void Object.assign(certificates.root, { signedBy: "stranger" }),
  },
  { rule: "chain_root", what: "a root that nobody trusts", options: { trustedRoots: [publicKey("otherRoot")] } },
  {
    rule: "chain_same_root",
    what: "TCB information of another trusted root",
    change: underOtherRoot,
    options: { trustedRoots: [publicKey("root"), publicKey("otherRoot")] },
  },
  {
    rule: "certificate_times",
    what: "an expired platform",
    change: ({ certificates }) => void Object.assign(certificates.pck, { notAfter: NOW - 1 }),
  },
  {
    rule: "certificate_times",
    what: "a signer of the future",
    change: ({ certificates }) => void Object.assign(certificates.signer, { notBefore: NOW + 1 }),
  },
];

const revocation: readonly Attack[] = [
  {
    rule: "root_list_issuer",
    what: "the root's list in another name",
    change: ({ rootCrl }) => void Object.assign(rootCrl, { issuer: "Somebody" }),
  },
  {
    rule: "root_list_issuer",
    what: "a root that may not sign lists",
    change: ({ certificates }) => void Object.assign(certificates.root, { usage: 0x04 }),
  },
  {
    rule: "pck_list_issuer",
    what: "a list of another authority's platforms",
    change({ certificates, pckCrl }) {
      certificates.otherRoot = { ...certificates.ca, subject: OTHER_CA };
      pckCrl.issuer = OTHER_CA;
    },
  },
  {
    rule: "pck_list_issuer",
    what: "a genuine list and chain of another authority",
    change({ certificates, pckCrl, chains }) {
      certificates.otherRoot = { ...certificates.ca, subject: OTHER_CA };
      chains.crl = ["otherRoot", "root"];
      pckCrl.issuer = OTHER_CA;
    },
  },
  {
    rule: "pck_list_issuer",
    what: "an authority that may not sign lists",
    change: ({ certificates }) => void Object.assign(certificates.ca, { usage: 0x04 }),
  },
  {
    rule: "root_list_signature",
    what: "a forged list of authorities",
    change: ({ rootCrl }) => void Object.assign(rootCrl, { signedBy: "stranger" }),
  },
  {
    rule: "pck_list_signature",
    what: "a forged list of platforms",
    change: ({ pckCrl }) => void Object.assign(pckCrl, { signedBy: "stranger" }),
  },
  {
    rule: "authority_not_revoked",
    what: "a revoked authority",
    change: ({ rootCrl }) => void rootCrl.revoked.push("03"),
  },
  {
    rule: "authority_not_revoked",
    what: "a revoked signer of TCB information",
    change: ({ rootCrl }) => void rootCrl.revoked.push("05"),
  },
  {
    rule: "platform_not_revoked",
    what: "a revoked platform",
    change: ({ pckCrl }) => void pckCrl.revoked.push("04"),
  },
];

const collateral: readonly Attack[] = [
  {
    rule: "tcb_info_signature",
    what: "TCB information signed with a platform's key",
    change: ({ tcbInfo }) => void Object.assign(tcbInfo, { signedBy: "pck" }),
  },
  {
    rule: "qe_identity_signature",
    what: "a QE identity that nobody signed",
    change: ({ qeIdentity }) => void Object.assign(qeIdentity, { signedBy: "stranger" }),
  },
  {
    rule: "tcb_info_time",
    what: "TCB information of last month",
    change: ({ tcbInfo }) => void Object.assign(tcbInfo, { nextUpdate: NOW - 1 }),
  },
  {
    rule: "tcb_info_time",
    what: "TCB information of the future",
    change: ({ tcbInfo }) => void Object.assign(tcbInfo, { issueDate: NOW + 1 }),
  },
  {
    rule: "qe_identity_time",
    what: "a QE identity of last month",
    change: ({ qeIdentity }) => void Object.assign(qeIdentity, { nextUpdate: NOW - 1 }),
  },
  {
    rule: "root_list_time",
    what: "a list of authorities of last year",
    change: ({ rootCrl }) => void Object.assign(rootCrl, { nextUpdate: NOW - 1 }),
  },
  {
    rule: "pck_list_time",
    what: "a list of platforms of the future",
    change: ({ pckCrl }) => void Object.assign(pckCrl, { thisUpdate: NOW + 1 }),
  },
  {
    rule: "tcb_info_tee",
    what: "TCB information of trust domains for an enclave",
    change: ({ tcbInfo }) => void Object.assign(tcbInfo, { id: "TDX" }),
  },
  {
    rule: "fmspc",
    what: "TCB information of other platforms",
    change: ({ tcbInfo }) => void Object.assign(tcbInfo, { fmspc: "00A067110001" }),
  },
  {
    rule: "pce_id",
    what: "TCB information of another PCE",
    change: ({ tcbInfo }) => void Object.assign(tcbInfo, { pceId: "0001" }),
  },
];

const quotingEnclave: readonly Attack[] = [
  {
    rule: "qe_report_signature",
    what: "a quoting enclave that the platform did not sign",
    change: (plan) => void Object.assign(plan, { qeSignedBy: "stranger" }),
  },
  {
    rule: "qe_tee",
    what: "the identity of the quoting enclave of trust domains",
    change: ({ qeIdentity }) => void Object.assign(qeIdentity, { id: "TD_QE" }),
  },
  {
    rule: "qe_signer",
    what: "somebody's enclave as quoting enclave",
    change: ({ qeReport }) => void Object.assign(qeReport, { mrSigner: "8d".repeat(32) }),
  },
  {
    rule: "qe_product",
    what: "another enclave of Intel as quoting enclave",
    change: ({ qeReport }) => void Object.assign(qeReport, { isvProdId: 2 }),
  },
  {
    rule: "qe_misc_select",
    what: "a quoting enclave that reports exceptions",
    change: ({ qeReport }) => void Object.assign(qeReport, { miscSelect: "01000000" }),
  },
  {
    rule: "qe_attributes",
    what: "a quoting enclave under debug",
    change: ({ qeReport }) => void Object.assign(qeReport, { attributes: `13${"00".repeat(15)}` }),
  },
  {
    rule: "attestation_key",
    what: "an attestation key that the quoting enclave does not know",
    change: (plan) => void Object.assign(plan, { vouchedKey: "stranger" }),
  },
  {
    rule: "attestation_key",
    what: "something behind the hash of the attestation key",
    change: (plan) => void Object.assign(plan, { reportDataTail: `${"00".repeat(31)}01` }),
  },
];

const quote: readonly Attack[] = [
  {
    rule: "quote_signature",
    what: "a report that the attestation key did not sign",
    change: (plan) => void Object.assign(plan, { quoteSignedBy: "stranger" }),
  },
  {
    rule: "tdx_module_signer",
    what: "a TDX module that is not Intel's",
    tee: "tdx",
    change: ({ body }) => void Object.assign(body, { seamSigner: "01".repeat(48) }),
  },
  {
    rule: "tdx_module_attributes",
    what: "a TDX module under debug",
    tee: "tdx",
    change: ({ body }) => void Object.assign(body, { seamAttributes: `01${"00".repeat(7)}` }),
  },
  {
    rule: "tdx_service_domain",
    what: "a trust domain bound to a service domain",
    tee: "tdx",
    change: (plan) => {
      plan.version = 5;
      plan.body.serviceDomain = "01".repeat(48);
    },
  },
  {
    rule: "debug",
    what: "an enclave under debug",
    change: ({ body }) => void Object.assign(body, { attributes: `07${"00".repeat(15)}` }),
  },
  {
    rule: "debug",
    what: "a trust domain under debug",
    tee: "tdx",
    change: ({ body }) => void Object.assign(body, { attributes: "0100001000000000" }),
  },
  {
    rule: "tcb_known",
    what: "a platform below every level",
    change: ({ platform }) => void Object.assign(platform, { pceSvn: 4 }),
  },
  {
    rule: "tcb_known",
    what: "a TDX module that Intel does not list",
    tee: "tdx",
    change: ({ body }) => void body.teeTcbSvn.splice(1, 1, 2),
  },
  {
    rule: "tcb_not_revoked",
    what: "a quoting enclave whose level is revoked",
    change: ({ qeReport }) => void Object.assign(qeReport, { isvSvn: 5 }),
  },
];

const policy: readonly Attack[] = [
  {
    rule: "tcb_status",
    what: "a platform that is out of date",
    change: ({ platform }) => void Object.assign(platform, { pceSvn: 12 }),
  },
  {
    rule: "advisories",
    what: "an advisory that the policy does not name",
    change: ({ platform }) => void Object.assign(platform, { pceSvn: 12 }),
    options: { policy: { tcb_statuses: ["OutOfDate"], advisory_ids: ["INTEL-SA-00002"] } },
  },
  { rule: "measurement", what: "another program", options: { policy: { measurements: ["e2".repeat(32)] } } },
  {
    rule: "rtmrs",
    what: "another operating system",
    tee: "tdx",
    options: { policy: { rtmrs: ["", "", "01".repeat(48)] } },
  },
  {
    rule: "rtmrs",
    what: "an enclave, where an operating system is asked for",
    options: { policy: { rtmrs: ["00".repeat(48)] } },
  },
  { rule: "signer", what: "another signer", options: { policy: { signers: ["52".repeat(32)] } } },
  {
    rule: "signer",
    what: "a domain, where a signer is asked for",
    tee: "tdx",
    options: { policy: { signers: ["51".repeat(32)] } },
  },
  { rule: "report_data", what: "other report data", options: { policy: { report_data: `${"d0".repeat(31)}d1` } } },
  { rule: "machine_id", what: "an unknown machine", options: { policy: { machine_ids: ["00".repeat(20)] } } },
  {
    rule: "collateral_age",
    what: "collateral of two days",
    options: { policy: { max_collateral_age: 2 * 86_400 - 1 } },
  },
  {
    rule: "evaluation_number",
    what: "TCB information of an older evaluation",
    change: ({ tcbInfo }) => void Object.assign(tcbInfo, { evaluationNumber: 16 }),
    options: { policy: { min_evaluation_number: 17 } },
  },
];

export const ATTACKS: readonly Attack[] = [
  ...chain,
  ...revocation,
  ...collateral,
  ...quotingEnclave,
  ...quote,
  ...policy,
];
