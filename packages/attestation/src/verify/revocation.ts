/**
 * Revocation: the root's list covers the authorities and the signer of TCB information, the list of a PCK authority
 * covers the platforms.
 *
 * Rule: RFC 5280 §6.3.3, for complete lists signed by the issuer of the certificates.
 * @module
 */
import { equalBytes } from "@enclavenet/common";
import type { Certificate } from "../x509/certificate.ts";
import { KEY_USAGE } from "../x509/extensions.ts";
import { chainsOf, rootOf } from "./chains.ts";
import type { Evidence } from "./evidence.ts";
import { rulesOf } from "./rule.ts";

/** Issuer of the platform's certificate; the root itself when the chain is too short, which is a breach elsewhere. */
const platformIssuer = ({ pckChain }: Evidence): Certificate => pckChain[1] ?? rootOf(pckChain);

const crlIssuer = ({ collateral }: Evidence): Certificate => collateral.crlIssuerChain[0] as Certificate;

const maySign = ({ usage }: Certificate): boolean => (usage & KEY_USAGE.crlSign) !== 0;

export const revocationRules = [
  ...rulesOf("revocation_lists", true, {
    root_list_issuer({ collateral, pckChain }) {
      const root = rootOf(pckChain);
      const fits = equalBytes(collateral.rootCrl.issuer.bytes, root.subject.bytes) && maySign(root);
      return fits ? undefined : "the list of revoked authorities is not of the root";
    },
    pck_list_issuer(evidence) {
      const issuer = evidence.collateral.pckCrl.issuer.bytes;
      const signer = crlIssuer(evidence);
      const ofPlatform = equalBytes(issuer, platformIssuer(evidence).subject.bytes);
      const fits = ofPlatform && equalBytes(issuer, signer.subject.bytes) && maySign(signer);
      return fits ? undefined : "the list of revoked platforms is not of the authority that certified this one";
    },
    root_list_signature(evidence) {
      const signed = evidence.isSignedBy(evidence.collateral.rootCrl, rootOf(evidence.pckChain).publicKey);
      return signed ? undefined : "the signature of the root's list does not verify";
    },
    pck_list_signature(evidence) {
      const signed = evidence.isSignedBy(evidence.collateral.pckCrl, crlIssuer(evidence).publicKey);
      return signed ? undefined : "the signature of the list of platforms does not verify";
    },
  }),
  ...rulesOf("revocation", true, {
    authority_not_revoked(evidence) {
      const { revoked } = evidence.collateral.rootCrl;
      const chains = chainsOf(evidence);
      const issuedByRoot = chains.flatMap(({ certificates }) => certificates.slice(-2));
      const bad = issuedByRoot.find(({ serial }) => revoked.has(serial));
      return bad && `${bad.subject.commonName ?? "an authority"} (serial ${bad.serial}) is revoked`;
    },
    platform_not_revoked({ collateral, pckChain }) {
      const { serial } = pckChain[0] as Certificate;
      return collateral.pckCrl.revoked.has(serial)
        ? `the platform's certificate (serial ${serial}) is revoked`
        : undefined;
    },
  }),
];
