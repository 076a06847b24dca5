/**
 * Certificates of machines of a development network that are in order but for one thing.
 * @module
 */
import { type CollateralJson, encodeCombinedEvidence } from "@enclavenet/attestation";
import {
  type Authority,
  type CollateralChanges,
  type DocumentTee,
  developmentAuthority,
  PLATFORM_LEVEL,
  type QuotingPlatform,
  type SgxReportFields,
  type TdReportFields,
  writeSgxQuote,
  writeTdxQuote,
} from "@enclavenet/attestation/development";
import type { Primitives } from "@enclavenet/crypto";
import { CHAIN_ID } from "./chain.ts";
import { domainReport, enclaveReport } from "./emulated-platform.ts";
import { NOBODY } from "./registration.ts";

export const MACHINE = "machine";

/** Who certifies the machines of the network, and who those of another one. */
interface Authorities {
  readonly own: Authority;
  readonly other: Authority;
}

/** What is wrong. */
export interface Forgery {
  readonly sgx?: Partial<SgxReportFields>;
  readonly tdx?: Partial<TdReportFields>;
  readonly platform?: (platform: QuotingPlatform, authorities: Authorities) => QuotingPlatform;
  /** A byte of the quote of which one bit is flipped. */
  readonly flip?: keyof typeof PLACES;
  readonly collateral?: CollateralChanges | ((authorities: Authorities) => CollateralChanges);
  readonly document?: (collateral: CollateralJson, authorities: Authorities, tee: DocumentTee) => CollateralJson;
}

/** Behind 48 bytes of header, the report and 4 of length; of a domain the certification data have a header (spec 01 §4.2). */
const SIGNATURE = { sgx: 48 + 384 + 4, tdx: 48 + 584 + 4 } as const;
const QE_REPORT = { sgx: SIGNATURE.sgx + 128, tdx: SIGNATURE.tdx + 128 + 6 } as const;

const PLACES = {
  kind: { sgx: 4, tdx: 4 },
  signature: SIGNATURE,
  quotingSignature: { sgx: QE_REPORT.sgx + 384, tdx: QE_REPORT.tdx + 384 },
  authData: { sgx: QE_REPORT.sgx + 384 + 64 + 2, tdx: QE_REPORT.tdx + 384 + 64 + 2 },
} as const;

/** What a quote is about: its report data, and for an enclave the program. */
export interface Subject {
  readonly reportData: Uint8Array;
  readonly measurement: Uint8Array;
}

function quoteOf(primitives: Primitives, tee: DocumentTee, subject: Subject, platform: QuotingPlatform, what: Forgery) {
  const { reportData, measurement } = subject;
  if (tee === "tdx") return writeTdxQuote(domainReport(reportData, what.tdx), platform);
  const report = enclaveReport(primitives, reportData, { mrEnclave: measurement, ...what.sgx });
  return writeSgxQuote(report, platform);
}

/** A certificate about the subject, with the collateral of the network, both in order but for the forgery. */
export function forgedCertificate(
  primitives: Primitives,
  tee: DocumentTee,
  subject: Subject,
  forgery: Forgery,
): Uint8Array {
  const authorities = {
    own: developmentAuthority(primitives, CHAIN_ID),
    other: developmentAuthority(primitives, "other-1"),
  };
  const machine = authorities.own.quotingPlatform(MACHINE);
  const platform = forgery.platform?.(machine, authorities) ?? machine;
  const quote = quoteOf(primitives, tee, subject, platform, forgery);
  if (forgery.flip !== undefined) {
    const at = PLACES[forgery.flip][tee];
    quote[at] = (quote[at] as number) ^ 1;
  }
  const changes = typeof forgery.collateral === "function" ? forgery.collateral(authorities) : forgery.collateral;
  const honest = authorities.own.collateral({ tee, ...changes });
  const collateral = forgery.document?.(honest, authorities, tee) ?? honest;
  return encodeCombinedEvidence({ quote, collateral, owner: NOBODY });
}

/** TCB information in which this machine is of that status. */
export function levelsOf(status: string): Pick<CollateralChanges, "levels"> {
  const higher = PLATFORM_LEVEL.components.map((svn) => svn + 1);
  return {
    levels: [
      { ...PLATFORM_LEVEL, components: higher },
      { ...PLATFORM_LEVEL, status },
    ],
  };
}

/** TCB information in which this machine is below every level. */
export const NO_LEVEL: Pick<CollateralChanges, "levels"> = { levels: levelsOf("UpToDate").levels?.slice(0, 1) ?? [] };
