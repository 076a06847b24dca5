/**
 * Evidence and its verification: quotes of SGX enclaves and TDX trust domains, with Intel's collateral. Pure.
 * @module
 */
export { type Collateral, type CollateralJson, parseCollateral, type Signed } from "./collateral/collateral.ts";
export type { QeIdentity } from "./collateral/qe-identity.ts";
export type { SvnLevel, TcbInfo, TcbLevel, TdxModule, TdxModuleIdentity } from "./collateral/tcb-info.ts";
export { joinStatuses, TCB_STATUSES, type TcbStatus } from "./collateral/tcb-status.ts";
export { type AttestationCode, AttestationError } from "./errors.ts";
export { MAX_QUERY_BLOCKS, type Policy, parsePolicy } from "./policy.ts";
export type { AttestationPrimitives } from "./primitives/primitives.ts";
export { isPublicNetwork } from "./public-networks.ts";
export { isDebug, parseQuote, type Quote, type QuoteBody } from "./quote/quote.ts";
export type { SgxReport, TdReport } from "./quote/reports.ts";
export {
  type CombinedEvidence,
  encodeCombinedEvidence,
  parseCombinedEvidence,
} from "./registration/combined-blob.ts";
export {
  type Admission,
  type AdmissionTerms,
  type AdmittedNode,
  certifiedPublicKey,
  judgeNetworkKeys,
  judgeNode,
  judgeSeedRotation,
  type Refusal,
} from "./registration/node-evidence.ts";
export {
  certifiedProgram,
  demandFor,
  isSameProgram,
  type Program,
  type ProgramDemand,
} from "./registration/programs.ts";
export { judgeUpgradePackage, judgeUpgradeRequest } from "./registration/upgrade-evidence.ts";
export {
  type FreshnessStatement,
  freshnessReportData,
  type NetworkKeysStatement,
  networkKeysReportData,
  type RegistrationStatement,
  registrationReportData,
  type SeedRotationStatement,
  seedRotationReportData,
  type UpgradePackageStatement,
  type UpgradeRequestStatement,
  upgradePackageReportData,
  upgradeRequestReportData,
} from "./report-data.ts";
export { INTEL_SGX_ROOT_KEY } from "./roots.ts";
export type { CheckName, Rule } from "./verify/rule.ts";
export {
  type Check,
  RULES,
  type Verdict,
  type VerifyOptions,
  verifyByRules,
  verifyQuote,
} from "./verify/verify-quote.ts";
export { type Certificate, parseCertificate, parseChain } from "./x509/certificate.ts";
export { parseRevocationList, type RevocationList } from "./x509/revocation-list.ts";
export { type Platform, parsePlatform } from "./x509/sgx-extension.ts";
