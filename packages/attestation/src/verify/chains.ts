/**
 * The four certificate chains of a verification, and who must stand where in them.
 *
 * Rule: "Intel SGX PCK Certificate and CRL Profile Specification"; RFC 5280 §6.1 for paths. The names keep apart what
 * the root certifies: a key for PCK certificates does not sign TCB information, and the other way round.
 * @module
 */
import { equalBytes } from "@enclavenet/common";
import type { Certificate } from "../x509/certificate.ts";
import { KEY_USAGE } from "../x509/extensions.ts";
import type { Evidence } from "./evidence.ts";
import { rulesOf } from "./rule.ts";

const AUTHORITIES = ["Intel SGX PCK Processor CA", "Intel SGX PCK Platform CA"];
const PLATFORM = ["Intel SGX PCK Certificate"];
const TCB_SIGNER = ["Intel SGX TCB Signing"];

interface Chain {
  readonly name: string;
  readonly certificates: readonly Certificate[];
  /** Common names that each certificate below the root may have. */
  readonly roles: readonly (readonly string[])[];
  /** Whether the first one is an authority itself. */
  readonly ofAuthority: boolean;
}

export function chainsOf({ pckChain, collateral }: Evidence): readonly Chain[] {
  const { tcbInfo, qeIdentity, crlIssuerChain } = collateral;
  const signer = { roles: [TCB_SIGNER], ofAuthority: false };
  return [
    { name: "PCK", certificates: pckChain, roles: [PLATFORM, AUTHORITIES], ofAuthority: false },
    { name: "TCB information", certificates: tcbInfo.issuerChain, ...signer },
    { name: "QE identity", certificates: qeIdentity.issuerChain, ...signer },
    { name: "PCK revocation list", certificates: crlIssuerChain, roles: [AUTHORITIES], ofAuthority: true },
  ];
}

/** The last certificate of a chain; parsing leaves no chain without one. */
export const rootOf = (certificates: readonly Certificate[]): Certificate => certificates.at(-1) as Certificate;

/** The first chain in which a certificate fails, named. */
function firstBad(
  evidence: Evidence,
  what: string,
  isGood: (certificate: Certificate, index: number, chain: Chain) => boolean,
): string | undefined {
  for (const chain of chainsOf(evidence)) {
    const at = chain.certificates.findIndex((certificate, index) => !isGood(certificate, index, chain));
    if (at >= 0) return `${chain.name} chain, certificate ${at + 1}: ${what}`;
  }
  return undefined;
}

/** RFC 5280 §6.1.4 (k), (l), (n): who signs certificates may do so, and so many authorities below are allowed. */
function hasAuthority({ constraints, usage }: Certificate, index: number, { ofAuthority }: Chain): boolean {
  if (index === 0 && !ofAuthority) return !constraints.isAuthority && (usage & KEY_USAGE.digitalSignature) !== 0;
  const authoritiesBelow = ofAuthority ? index : index - 1;
  const mayIssue = constraints.isAuthority && (usage & KEY_USAGE.certificateSign) !== 0;
  return mayIssue && (constraints.pathLength ?? Number.POSITIVE_INFINITY) >= authoritiesBelow;
}

const issuerOf = (certificates: readonly Certificate[], index: number): Certificate =>
  (certificates[index + 1] ?? certificates[index]) as Certificate;

export const chainRules = [
  ...rulesOf("chain", true, {
    chain_length(evidence) {
      const bad = chainsOf(evidence).find(({ certificates, roles }) => certificates.length !== roles.length + 1);
      return bad && `${bad.name} chain has ${bad.certificates.length} certificates, not ${bad.roles.length + 1}`;
    },
    chain_roles: (evidence) =>
      firstBad(evidence, "not issued for this purpose", ({ subject }, index, { certificates, roles }) => {
        const isRoot = index === certificates.length - 1;
        return isRoot || (subject.commonName !== undefined && roles[index]?.includes(subject.commonName) === true);
      }),
    chain_links: (evidence) =>
      firstBad(evidence, "its issuer is not the next one", ({ issuer }, index, { certificates }) =>
        equalBytes(issuer.bytes, issuerOf(certificates, index).subject.bytes),
      ),
    chain_authorities: (evidence) => firstBad(evidence, "wrong constraints or key usage", hasAuthority),
    chain_signatures: (evidence) =>
      firstBad(evidence, "its signature does not verify", (certificate, index, { certificates }) =>
        evidence.isSignedBy(certificate, issuerOf(certificates, index).publicKey),
      ),
    chain_root: (evidence) =>
      firstBad(evidence, "not a trusted root", ({ publicKey }, index, { certificates }) => {
        const isRoot = index === certificates.length - 1;
        return !isRoot || evidence.roots.some((root) => equalBytes(root, publicKey));
      }),
    // SECURITY: with two trusted roots, one must not vouch for platforms of the other.
    chain_same_root(evidence) {
      const { publicKey } = rootOf(evidence.pckChain);
      const bad = chainsOf(evidence).find(({ certificates }) => !equalBytes(rootOf(certificates).publicKey, publicKey));
      return bad && `${bad.name} chain ends in another root than the PCK chain`;
    },
  }),
  ...rulesOf("certificate_times", true, {
    certificate_times: (evidence) =>
      firstBad(
        evidence,
        "not valid at this time",
        ({ notBefore, notAfter }) => notBefore <= evidence.time && evidence.time <= notAfter,
      ),
  }),
];
