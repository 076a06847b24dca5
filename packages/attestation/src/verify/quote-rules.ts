/**
 * The quote itself: from the platform's key over the quoting enclave to the report, and what the report says of itself.
 *
 * Spec: 01 §4.2, §9 (DCAP history). Rule: "Intel SGX and TDX DCAP quote verification".
 * @module
 */
import { concatBytes, equalBytes } from "@enclavenet/common";
import type { TdxModule } from "../collateral/tcb-info.ts";
import { isDebug } from "../quote/quote.ts";
import type { TdReport } from "../quote/reports.ts";
import type { Certificate } from "../x509/certificate.ts";
import type { Evidence } from "./evidence.ts";
import { expectedModule } from "./match-tcb.ts";
import { rulesOf } from "./rule.ts";

/** Whether `actual` has the bits of `expected` where the mask is set. */
function matchesUnder(mask: Uint8Array, actual: Uint8Array, expected: Uint8Array): boolean {
  return expected.every((byte, index) => ((actual[index] as number) & (mask[index] as number)) === byte);
}

/** A rule on the report of a trust domain; other quotes fulfil it. */
function ofDomain(breach: (report: TdReport, evidence: Evidence) => string | undefined) {
  return (evidence: Evidence): string | undefined => {
    const { body } = evidence.quote;
    return body.tee === "tdx" ? breach(body.report, evidence) : undefined;
  };
}

/** A rule on the module under a trust domain. One that Intel does not list has no TCB level, which `tcb_known` refuses. */
function ofModule(isGood: (report: TdReport, module: TdxModule) => boolean, what: string) {
  return ofDomain((report, { collateral }) => {
    const module = expectedModule(report, collateral.tcbInfo.content);
    return module === undefined || isGood(report, module) ? undefined : what;
  });
}

const quotingEnclaveRules = [
  ...rulesOf("qe_report_signature", true, {
    qe_report_signature(evidence) {
      const { publicKey } = evidence.pckChain[0] as Certificate;
      const signed = evidence.isSignedBy(evidence.quote.quotingEnclave, publicKey);
      return signed ? undefined : "the platform's key did not sign the quoting enclave's report";
    },
  }),
  ...rulesOf("qe_identity", true, {
    qe_tee: ({ quote, collateral }) =>
      collateral.qeIdentity.content.tee === quote.body.tee ? undefined : "the QE identity is of another kind of TEE",
    qe_signer: ({ quote, collateral }) =>
      equalBytes(quote.quotingEnclave.report.mrSigner, collateral.qeIdentity.content.mrSigner)
        ? undefined
        : "the quoting enclave has another signer",
    qe_product: ({ quote, collateral }) =>
      quote.quotingEnclave.report.isvProdId === collateral.qeIdentity.content.isvProdId
        ? undefined
        : "the quoting enclave is another product",
    qe_misc_select({ quote, collateral }) {
      const { miscSelect, miscSelectMask } = collateral.qeIdentity.content;
      const fits = matchesUnder(miscSelectMask, quote.quotingEnclave.report.miscSelect, miscSelect);
      return fits ? undefined : "MISCSELECT of the quoting enclave";
    },
    qe_attributes({ quote, collateral }) {
      const { attributes, attributesMask } = collateral.qeIdentity.content;
      const fits = matchesUnder(attributesMask, quote.quotingEnclave.report.attributes, attributes);
      return fits ? undefined : "attributes of the quoting enclave";
    },
  }),
];

export const quoteRules = [
  ...quotingEnclaveRules,
  ...rulesOf("attestation_key", true, {
    attestation_key({ quote, primitives }) {
      const { authData, report } = quote.quotingEnclave;
      const bound = primitives.sha256(concatBytes(quote.attestationKey, authData));
      const fits = equalBytes(report.reportData, concatBytes(bound, new Uint8Array(32)));
      return fits ? undefined : "the quoting enclave did not vouch for this attestation key";
    },
  }),
  ...rulesOf("quote_signature", true, {
    quote_signature(evidence) {
      const key = concatBytes(Uint8Array.of(4), evidence.quote.attestationKey);
      return evidence.isSignedBy(evidence.quote, key) ? undefined : "the attestation key did not sign this report";
    },
  }),
  ...rulesOf("tdx_module", true, {
    tdx_module_signer: ofModule(
      (report, { mrSigner }) => equalBytes(report.mrSignerSeam, mrSigner),
      "the TDX module has another signer",
    ),
    tdx_module_attributes: ofModule(
      (report, module) => matchesUnder(module.attributesMask, report.seamAttributes, module.attributes),
      "attributes of the TDX module",
    ),
    tdx_service_domain: ofDomain(({ mrServiceTd }) =>
      mrServiceTd?.some((byte) => byte !== 0) === true ? "bound to a service domain, which is not served" : undefined,
    ),
  }),
  ...rulesOf("debug", true, {
    debug: ({ quote }) => (isDebug(quote) ? "debugging is on: whoever runs it can read its memory" : undefined),
  }),
];
