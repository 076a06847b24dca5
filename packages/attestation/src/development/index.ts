/**
 * The builder's side: authorities of one's own, their collateral, and quotes that hang from them.
 * @module
 */
export {
  Authority,
  type AuthorityOptions,
  type CollateralChanges,
} from "./authority.ts";
export { type Validity, writeCertificate, writeRevocationList } from "./certificates.ts";
export { type DocumentTee, PLATFORM_LEVEL, type TcbLevelFields } from "./documents.ts";
export { developmentAuthority } from "./network-authority.ts";
export {
  type PlatformFields,
  type QuotingPlatform,
  type SgxReportFields,
  type TdReportFields,
  writeSgxQuote,
  writeTdxQuote,
} from "./platform.ts";
