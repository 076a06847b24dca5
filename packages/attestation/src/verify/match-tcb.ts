/**
 * The state of a platform: the first level of the TCB information that it reaches, joined with the levels of its TDX
 * module and of its quoting enclave.
 *
 * Rule: Intel PCS API, "Get TCB Info" and "Get TDX TCB Info", the steps that tell how to find the status of a platform.
 * @module
 */
import { toUpperHex } from "@enclavenet/common";
import type { QeIdentity } from "../collateral/qe-identity.ts";
import type { SvnLevel, TcbInfo, TcbLevel, TdxModule, TdxModuleIdentity } from "../collateral/tcb-info.ts";
import { joinStatuses, type TcbStatus } from "../collateral/tcb-status.ts";
import type { Quote } from "../quote/quote.ts";
import type { TdReport } from "../quote/reports.ts";
import type { Platform } from "../x509/sgx-extension.ts";

export interface MatchedTcb {
  /** `NotSupported`: below every level that Intel lists. */
  readonly status: TcbStatus | "NotSupported";
  readonly advisories: readonly string[];
  /** Each part and its status, for people. */
  readonly parts: string;
}

interface Part {
  readonly name: string;
  readonly level: Pick<TcbLevel, "status" | "advisories"> | undefined;
}

const reaches = (actual: ArrayLike<number>, demanded: readonly number[], from: number): boolean =>
  demanded.every((svn, index) => index < from || (actual[index] as number) >= svn);

/** Version of the TDX module beside which the first two components of a domain's TCB are judged on their own; 0: none. */
function moduleVersion(report: TdReport): number {
  return report.teeTcbSvn[1] as number;
}

function platformLevel(quote: Quote, platform: Platform, info: TcbInfo): TcbLevel | undefined {
  const { body } = quote;
  return info.levels.find(({ sgx, tdx, pceSvn }) => {
    if (!reaches(platform.components, sgx, 0) || platform.pceSvn < pceSvn) return false;
    if (body.tee === "sgx") return true;
    const from = moduleVersion(body.report) === 0 ? 0 : 2;
    return tdx !== undefined && reaches(body.report.teeTcbSvn, tdx, from);
  });
}

const svnLevel = (levels: readonly SvnLevel[], isvSvn: number): SvnLevel | undefined =>
  levels.find((level) => isvSvn >= level.isvSvn);

/** The identity of the module that a domain ran on; undefined when it is not listed. */
export function moduleIdentity(report: TdReport, info: TcbInfo): TdxModuleIdentity | undefined {
  const id = `TDX_${toUpperHex(Uint8Array.of(moduleVersion(report)))}`;
  return info.tdxModuleIdentities.find((identity) => identity.id === id);
}

/** What a domain's module must be: modules of version 0 have one description, later ones a list. */
export function expectedModule(report: TdReport, info: TcbInfo): TdxModule | undefined {
  return moduleVersion(report) === 0 ? info.tdxModule : moduleIdentity(report, info);
}

function modulePart({ body }: Quote, info: TcbInfo): readonly Part[] {
  if (body.tee === "sgx" || moduleVersion(body.report) === 0) return [];
  const levels = moduleIdentity(body.report, info)?.levels ?? [];
  return [{ name: "TDX module", level: svnLevel(levels, body.report.teeTcbSvn[0] as number) }];
}

/** Status and advisories of the whole. */
export function matchTcb(quote: Quote, platform: Platform, info: TcbInfo, identity: QeIdentity): MatchedTcb {
  const parts: readonly Part[] = [
    { name: "platform", level: platformLevel(quote, platform, info) },
    ...modulePart(quote, info),
    { name: "quoting enclave", level: svnLevel(identity.levels, quote.quotingEnclave.report.isvSvn) },
  ];
  const levels = parts.flatMap(({ level }) => level ?? []);
  return {
    status: levels.length < parts.length ? "NotSupported" : joinStatuses(levels.map(({ status }) => status)),
    advisories: [...new Set(levels.flatMap(({ advisories }) => advisories))],
    parts: parts.map(({ name, level }) => `${name} ${level?.status ?? "below every level"}`).join(", "),
  };
}
