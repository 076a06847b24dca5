/**
 * What can be forged in evidence, each thing on its own, and the rules that refuse it.
 * @module
 */
import type { CollateralChanges, DocumentTee, Validity } from "@enclavenet/attestation/development";
import { toUpperHex } from "@enclavenet/common";
import type { EnclaveStatusName } from "@enclavenet/enclave-api";
import { type Check, cut } from "../../../../../tests/support/checks.ts";
import { type Forgery, levelsOf, MACHINE, NO_LEVEL } from "../forgery.ts";

/** One thing that is wrong. */
export interface Wrong {
  readonly what: string;
  /** Each of them refuses it. */
  readonly checks: readonly Check[];
  readonly forgery: Forgery;
  /** Default: `InvalidCert`. */
  readonly status?: EnclaveStatusName;
  /** Also shown by domains, and to nodes that join: some of each kind, as the rules are the same ones. */
  readonly alsoJoining?: true;
}

/** `rules`: names of rules of quotes, or other checks. */
function wrong(
  what: string,
  rules: string | readonly (string | Check)[],
  forgery: Forgery,
  status?: EnclaveStatusName,
): Wrong {
  const checks = [rules].flat().map((rule) => (typeof rule === "string" ? cut(`quote/${rule}`) : rule));
  return { what, checks, forgery, ...(status && { status }) };
}

const alsoJoining = (one: Wrong): Wrong => ({ ...one, alsoJoining: true });

const STRANGER = new Uint8Array(32).fill(9);
const OUT_OF_DATE = "OutOfDate";
/** The years 2020 to 2022: no block is that old. */
const PAST: Validity = { notBefore: 1_577_836_800, notAfter: 1_640_995_200 };

const firstByte = (value: number, length: number) =>
  Uint8Array.from({ length }, (_, index) => (index === 0 ? value : 0));

const expired = (part: keyof NonNullable<CollateralChanges["validity"]>): Forgery => ({
  collateral: { validity: { [part]: PAST } },
});

const quotingEnclave = (changes: Partial<{ mrSigner: Uint8Array; isvProdId: number; attributes: Uint8Array }>) => ({
  platform: (platform: Parameters<NonNullable<Forgery["platform"]>>[0]) => ({
    ...platform,
    quotingEnclave: { ...platform.quotingEnclave, ...changes },
  }),
});

const revocation: readonly Wrong[] = [
  alsoJoining(
    wrong("a machine whose certificate was revoked", "platform_not_revoked", {
      collateral: ({ own }) => ({ revokedPcks: [own.pckSerial(MACHINE)] }),
    }),
  ),
  alsoJoining(
    wrong("a machine whose authority was revoked", "authority_not_revoked", {
      collateral: { revokedRoles: ["platform-ca"] },
    }),
  ),
  wrong("TCB information whose signer was revoked", "authority_not_revoked", {
    collateral: { revokedRoles: ["tcb-signing"] },
  }),
  alsoJoining(wrong("an expired list of revoked machines", "pck_list_time", expired("pckList"))),
  wrong("an expired list of revoked authorities", "root_list_time", expired("rootList")),
  wrong("a list of revoked machines that another key signed", "pck_list_signature", {
    document: (collateral, { other }, tee) => ({ ...collateral, pck_crl: other.collateral({ tee }).pck_crl }),
  }),
  wrong("a list of revoked authorities of another root", ["root_list_issuer", "root_list_signature"], {
    document: (collateral, { other }, tee) => ({ ...collateral, root_ca_crl: other.collateral({ tee }).root_ca_crl }),
  }),
];

const status: readonly Wrong[] = [
  alsoJoining(wrong("a machine with an outdated TCB", "tcb_status", { collateral: levelsOf(OUT_OF_DATE) })),
  wrong("a machine whose TCB was revoked", ["tcb_not_revoked", "tcb_status"], { collateral: levelsOf("Revoked") }),
  wrong("a machine below every level", ["tcb_known", "tcb_status"], { collateral: NO_LEVEL }),
  wrong("TCB information that somebody changed", "tcb_info_signature", {
    collateral: levelsOf(OUT_OF_DATE),
    document: (collateral) => ({ ...collateral, tcb_info: collateral.tcb_info.replace(OUT_OF_DATE, "UpToDate") }),
  }),
  wrong("expired TCB information", "tcb_info_time", expired("tcbInfo")),
  wrong("an expired identity of the quoting enclave", "qe_identity_time", expired("qeIdentity")),
];

const quoting: readonly Wrong[] = [
  wrong("a machine that the authority did not sign", "chain_signatures", {
    platform: (platform, { other }) => {
      const [leaf = ""] = other.quotingPlatform(MACHINE).pckChain.split(/(?<=-----END CERTIFICATE-----\n)/, 1);
      const above = platform.pckChain.slice(platform.pckChain.indexOf("-----END CERTIFICATE-----\n") + 26);
      return { ...platform, pck: other.quotingPlatform(MACHINE).pck, pckChain: leaf + above };
    },
  }),
  alsoJoining(wrong("a quoting enclave of another signer", "qe_signer", quotingEnclave({ mrSigner: STRANGER }))),
  wrong("another product as quoting enclave", "qe_product", quotingEnclave({ isvProdId: 2 })),
  wrong("a quoting enclave under debug", "qe_attributes", quotingEnclave({ attributes: firstByte(0x07, 16) })),
  wrong("an identity of the quoting enclave that somebody changed", "qe_identity_signature", {
    ...quotingEnclave({ mrSigner: STRANGER }),
    document: (collateral) => ({
      ...collateral,
      qe_identity: collateral.qe_identity.replace(/(?<="mrsigner":")[0-9A-F]+/, toUpperHex(STRANGER)),
    }),
  }),
  wrong("a quoting enclave that the platform did not vouch for", "qe_report_signature", { flip: "quotingSignature" }),
  alsoJoining(
    wrong("an attestation key that the quoting enclave did not vouch for", "attestation_key", { flip: "authData" }),
  ),
  alsoJoining(wrong("a quote that its attestation key did not sign", "quote_signature", { flip: "signature" })),
  alsoJoining(
    wrong("something under debug", "debug", {
      sgx: { attributes: firstByte(0x07, 16) },
      tdx: { tdAttributes: firstByte(0x01, 8) },
    }),
  ),
];

const otherTee = (tee: DocumentTee): DocumentTee => (tee === "sgx" ? "tdx" : "sgx");

const ofBoth: readonly Wrong[] = [
  ...revocation,
  ...status,
  ...quoting,
  wrong("the identity of the quoting enclave of another kind of TEE", "qe_tee", {
    document: (collateral, { own }, tee) => ({
      ...collateral,
      qe_identity: own.collateral({ tee: otherTee(tee) }).qe_identity,
    }),
  }),
];

const otherTcbInfo: Forgery = {
  document: (collateral, { own }, tee) => ({
    ...collateral,
    tcb_info: own.collateral({ tee: otherTee(tee) }).tcb_info,
  }),
};

/** What can be wrong with evidence of an enclave. */
export const ofEnclave: readonly Wrong[] = [
  ...ofBoth,
  wrong("TCB information of another kind of TEE", "tcb_info_tee", otherTcbInfo),
];

/** What can be wrong with evidence of a trust domain. */
export const ofDomain: readonly Wrong[] = [
  ...ofBoth,
  wrong("TCB information of another kind of TEE", ["tcb_info_tee", "tcb_known", "tcb_status"], otherTcbInfo),
  wrong("a quote of an unknown TEE", [cut("quote-kind", 'return { version, tee: "tdx" };'), "quote_signature"], {
    flip: "kind",
  }),
  alsoJoining(
    wrong("a TDX module of another signer", "tdx_module_signer", { tdx: { mrSignerSeam: new Uint8Array(48).fill(1) } }),
  ),
  wrong("a TDX module with attributes", "tdx_module_attributes", { tdx: { seamAttributes: firstByte(1, 8) } }),
  wrong("a TDX module that is not listed", ["tcb_known", "tcb_status"], {
    tdx: { teeTcbSvn: new Uint8Array(16).fill(2) },
  }),
  alsoJoining(
    wrong("other firmware", "measurement", { tdx: { mrTd: new Uint8Array(48).fill(1) } }, "MrEnclaveMismatch"),
  ),
  ...[0, 1, 2, 3].map((changed) =>
    alsoJoining(
      wrong(
        `another RTMR ${changed}`,
        "rtmrs",
        { tdx: { rtmrs: [1, 2, 3, 4].map((byte, at) => new Uint8Array(48).fill(at === changed ? 9 : byte)) } },
        "MrEnclaveMismatch",
      ),
    ),
  ),
];
