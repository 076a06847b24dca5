/** The decoders of this room, for its property test and for the long fuzz run. */
import {
  type AttestationCode,
  encodeCombinedEvidence,
  parseCertificate,
  parseChain,
  parseCollateral,
  parseCombinedEvidence,
  parsePlatform,
  parsePolicy,
  parseQuote,
  parseRevocationList,
  verifyQuote,
} from "@enclavenet/attestation";
import { utf8ToBytes } from "@enclavenet/common";
import fc from "fast-check";
import { type Decoder, DecoderDefect, textOf } from "../../../../tests/support/decoder.ts";
import { certificate, revocationList, sgxExtension } from "./certificates.ts";
import { forge } from "./forge.ts";
import { publicKey } from "./keys.ts";
import { legacyCertificate } from "./legacy-certificate.ts";
import { honestPlan, NOW } from "./plan.ts";

const plan = honestPlan();
const sgx = forge(plan);
const tdx = forge(honestPlan("tdx"));
const tdx5 = forge({ ...honestPlan("tdx"), version: 5 });
const options = { time: NOW, trustedRoots: [publicKey("root")] };

const X509: readonly AttestationCode[] = ["DER_FORMAT", "CERTIFICATE_FORMAT"];
const QUOTE: readonly AttestationCode[] = ["QUOTE_FORMAT", "QUOTE_KIND"];
const COLLATERAL: readonly AttestationCode[] = [
  ...X509,
  "PEM_FORMAT",
  "CRL_FORMAT",
  "COLLATERAL_FORMAT",
  "TCB_INFO_FORMAT",
  "QE_IDENTITY_FORMAT",
];

/** Certificates in both layouts. */
const combined = [encodeCombinedEvidence({ ...sgx, owner: new Uint8Array(32) }), legacyCertificate(sgx)];

/** A verdict on changed evidence is that it is invalid, or what it was on the honest one. */
function holds(name: string, honest: typeof sgx, changed: Partial<Record<keyof typeof sgx, unknown>>): void {
  const evidence = { ...honest, ...changed } as typeof sgx;
  const { valid, tee, measurement, report_data } = verifyQuote(evidence.quote, evidence.collateral, options);
  const expected = verifyQuote(honest.quote, honest.collateral, options);
  const same = tee === expected.tee && measurement === expected.measurement && report_data === expected.report_data;
  if (valid && !same) throw new DecoderDefect(`${name}: something else was proven`);
}

/** A document of the collateral, changed. */
function documentOf(field: "tcb_info" | "qe_identity", refusal: AttestationCode): Decoder {
  return {
    name: `attestation: ${field} of collateral`,
    seeds: fc.constantFrom(sgx, tdx).map(({ collateral }) => utf8ToBytes(collateral[field])),
    refusals: [refusal],
    attempt: (bytes) => void parseCollateral({ ...sgx.collateral, [field]: textOf(bytes) }),
  };
}

export const decoders: readonly Decoder[] = [
  {
    name: "attestation: quote",
    seeds: fc.constantFrom(sgx.quote, tdx.quote, tdx5.quote),
    refusals: QUOTE,
    attempt: (bytes) => void parseQuote(bytes),
  },
  {
    name: "attestation: certificate",
    seeds: fc.constantFrom(
      certificate(plan.certificates.ca),
      certificate(plan.certificates.pck, sgxExtension(plan.platform)),
    ),
    refusals: X509,
    attempt: (bytes) => void parseCertificate(bytes),
  },
  {
    name: "attestation: certificate chain",
    seeds: fc.constant(utf8ToBytes(sgx.collateral.tcb_info_issuer_chain)),
    refusals: [...X509, "PEM_FORMAT"],
    attempt: (bytes) => void parseChain(textOf(bytes)),
  },
  {
    name: "attestation: revocation list",
    seeds: fc.constantFrom(revocationList(plan.pckCrl), revocationList({ ...plan.rootCrl, revoked: [] })),
    refusals: ["DER_FORMAT", "CERTIFICATE_FORMAT", "CRL_FORMAT"],
    attempt: (bytes) => void parseRevocationList(bytes),
  },
  {
    name: "attestation: SGX extension",
    seeds: fc.constant(sgxExtension(plan.platform)),
    refusals: X509,
    attempt: (bytes) => void parsePlatform(bytes),
  },
  documentOf("tcb_info", "TCB_INFO_FORMAT"),
  documentOf("qe_identity", "QE_IDENTITY_FORMAT"),
  {
    name: "attestation: collateral",
    seeds: fc.constantFrom(sgx, tdx).map(({ collateral }) => utf8ToBytes(JSON.stringify(collateral))),
    refusals: COLLATERAL,
    attempt: (bytes) => void parseCollateral(textOf(bytes)),
  },
  {
    name: "attestation: policy",
    seeds: fc.constant(
      utf8ToBytes('{"tcb_statuses":["UpToDate"],"measurements":["ab"],"report_data":"cd","max_collateral_age":7}'),
    ),
    refusals: ["ATTESTATION_POLICY"],
    attempt: (bytes) => void parsePolicy(textOf(bytes)),
  },
  {
    name: "attestation: certificate of a node",
    seeds: fc.constantFrom(...combined, encodeCombinedEvidence({ ...sgx, owner: new Uint8Array(32).fill(1) })),
    refusals: [...QUOTE, "COLLATERAL_FORMAT"],
    attempt: (bytes) => void parseCombinedEvidence(bytes),
  },
  {
    name: "attestation: verdict on a quote",
    seeds: fc.constant(sgx.quote),
    refusals: [],
    attempt: (bytes) => holds("quote", sgx, { quote: bytes }),
  },
  {
    name: "attestation: verdict on collateral",
    seeds: fc.constant(utf8ToBytes(JSON.stringify(sgx.collateral))),
    refusals: [],
    attempt: (bytes) => holds("collateral", sgx, { collateral: textOf(bytes) }),
  },
];
