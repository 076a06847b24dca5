/**
 * TCB information: which versions of a platform's components Intel holds for up to date, out of date or revoked.
 *
 * Rule: Intel PCS API, "Get TCB Info": version 2 (API 3: SGX, components as `sgxtcbcomp01svn` …) and version 3 (API 4:
 * SGX and TDX, components as lists).
 * @module
 */
import { toUpperHex } from "@enclavenet/common";
import { refuse } from "../errors.ts";
import type { JsonObject } from "./json.ts";
import { TCB_STATUSES, type TcbStatus } from "./tcb-status.ts";

const CODE = "TCB_INFO_FORMAT";
const COMPONENTS = 16;
const MAX_SVN = 255;

/** One level; levels come best first. */
export interface TcbLevel {
  readonly sgx: readonly number[];
  /** Of TDX information only. */
  readonly tdx: readonly number[] | undefined;
  readonly pceSvn: number;
  readonly status: TcbStatus;
  readonly advisories: readonly string[];
}

/** A level of one thing with one version: a TDX module, a quoting enclave. */
export interface SvnLevel {
  readonly isvSvn: number;
  readonly status: TcbStatus;
  readonly advisories: readonly string[];
}

export interface TdxModule {
  readonly mrSigner: Uint8Array;
  readonly attributes: Uint8Array;
  readonly attributesMask: Uint8Array;
}

export interface TdxModuleIdentity extends TdxModule {
  /** `TDX_` and the module's major version in two upper-case digits. */
  readonly id: string;
  readonly levels: readonly SvnLevel[];
}

export interface TcbInfo {
  readonly tee: "sgx" | "tdx";
  readonly version: number;
  readonly issueDate: number;
  readonly nextUpdate: number;
  /** Upper-case hexadecimal. */
  readonly fmspc: string;
  readonly pceId: string;
  readonly evaluationNumber: number;
  readonly tdxModule: TdxModule | undefined;
  readonly tdxModuleIdentities: readonly TdxModuleIdentity[];
  readonly levels: readonly TcbLevel[];
}

/** Status and advisories of a level. */
function verdict(level: JsonObject): Pick<TcbLevel, "status" | "advisories"> {
  return { status: level.oneOf("tcbStatus", TCB_STATUSES), advisories: level.texts("advisoryIDs") };
}

/** Levels of one version each. */
export function readSvnLevels(parent: JsonObject): readonly SvnLevel[] {
  return parent.objects("tcbLevels").map((level) => ({
    isvSvn: level.object("tcb").count("isvsvn", 65_535),
    ...verdict(level),
  }));
}

function componentList(tcb: JsonObject, name: string): readonly number[] {
  const list = tcb.objects(name).map((component) => component.count("svn", MAX_SVN));
  return list.length === COMPONENTS ? list : refuse(CODE, `${name} has not ${COMPONENTS} entries`);
}

function numberedComponents(tcb: JsonObject): readonly number[] {
  const name = (index: number): string => `sgxtcbcomp${String(index + 1).padStart(2, "0")}svn`;
  return Array.from({ length: COMPONENTS }, (_, index) => tcb.count(name(index), MAX_SVN));
}

function readLevel(level: JsonObject, version: number, tee: string): TcbLevel {
  const tcb = level.object("tcb");
  return {
    sgx: version === 2 ? numberedComponents(tcb) : componentList(tcb, "sgxtcbcomponents"),
    tdx: tee === "tdx" ? componentList(tcb, "tdxtcbcomponents") : undefined,
    pceSvn: tcb.count("pcesvn", 65_535),
    ...verdict(level),
  };
}

function readModule(module: JsonObject): TdxModule {
  return {
    mrSigner: module.hex("mrsigner", 48),
    attributes: module.hex("attributes", 8),
    attributesMask: module.hex("attributesMask", 8),
  };
}

function readIdentities(info: JsonObject): readonly TdxModuleIdentity[] {
  if (!info.has("tdxModuleIdentities")) return [];
  return info.objects("tdxModuleIdentities").map((identity) => ({
    id: identity.text("id"),
    ...readModule(identity),
    levels: readSvnLevels(identity),
  }));
}

/** Version 2 has no `id`: it is of SGX. */
function readTee(info: JsonObject, version: number): "sgx" | "tdx" {
  if (version === 2) return "sgx";
  return info.oneOf("id", ["SGX", "TDX"]) === "SGX" ? "sgx" : "tdx";
}

/** Throws `AttestationError`. */
export function readTcbInfo(info: JsonObject): TcbInfo {
  const version = info.count("version", 255);
  if (version !== 2 && version !== 3) refuse(CODE, `version ${version}; served are 2 and 3`);
  if (info.count("tcbType", 255) !== 0) refuse(CODE, "tcbType that is not known");
  const tee = readTee(info, version);
  return {
    tee,
    version,
    issueDate: info.time("issueDate"),
    nextUpdate: info.time("nextUpdate"),
    fmspc: toUpperHex(info.hex("fmspc", 6)),
    pceId: toUpperHex(info.hex("pceId", 2)),
    evaluationNumber: info.count("tcbEvaluationDataNumber", 1_000_000),
    tdxModule: tee === "tdx" ? readModule(info.object("tdxModule")) : undefined,
    tdxModuleIdentities: tee === "tdx" ? readIdentities(info) : [],
    levels: info.objects("tcbLevels").map((level) => readLevel(level, version, tee)),
  };
}
