/**
 * What an authority certifies about a machine, and the quotes that the machine then gives.
 *
 * Spec: 01 §4.2 (offsets). The extension: "Intel SGX PCK Certificate and CRL Profile Specification".
 * @module
 */
import { concatBytes, fromHex, le16, le32, utf8ToBytes } from "@enclavenet/common";
import type { P256Signer } from "@enclavenet/crypto/noble";
import { TAG } from "../encoding/der.ts";
import { SGX_REPORT_LENGTH, type SgxReport, TD_REPORT_LENGTH, type TdReport } from "../quote/reports.ts";
import { EXTENSION } from "../x509/extensions.ts";
import { der, octetString, oid, sequence, smallInteger } from "./der-writer.ts";

/** A machine as its PCK certificate describes it. */
export interface PlatformFields {
  /** Name of the machine, 16 bytes. */
  readonly ppid: Uint8Array;
  /** Security versions of the 16 components. */
  readonly components: readonly number[];
  readonly pceSvn: number;
  /** Two and six bytes. */
  readonly pceId: Uint8Array;
  readonly fmspc: Uint8Array;
}

/** Fields of a report that are not zero. */
export interface SgxReportFields extends Omit<SgxReport, "miscSelect"> {
  readonly cpuSvn: Uint8Array;
}

/** Fields of a domain's report 1.0 that are not zero. */
export type TdReportFields = Omit<TdReport, "mrServiceTd">;

/** Who signs a quote: the machine's quoting enclave and its attestation key, the platform's PCK and its chain. */
export interface QuotingPlatform {
  readonly attestationKey: P256Signer;
  readonly quotingEnclave: Omit<SgxReportFields, "reportData">;
  readonly pck: P256Signer;
  /** PEM. */
  readonly pckChain: string;
  sha256(data: Uint8Array): Uint8Array;
}

const VENDOR = fromHex("939a7233f79c4ca9940a0db3957f0607");
const AUTH_DATA = Uint8Array.from({ length: 32 }, (_, index) => index);

/** Value of the extension 1.2.840.113741.1.13.1. */
export function writePlatform({ ppid, components, pceSvn, pceId, fmspc }: PlatformFields): Uint8Array {
  const member = (path: readonly number[], value: Uint8Array) =>
    sequence(oid(concatBytes(fromHex(EXTENSION.sgx), new Uint8Array(path))), value);
  const tcb = [
    ...components.map((svn, index) => member([2, index + 1], smallInteger(svn))),
    member([2, 17], smallInteger(pceSvn)),
    member([2, 18], octetString(new Uint8Array(components))),
  ];
  return sequence(
    member([1], octetString(ppid)),
    member([2], sequence(...tcb)),
    member([3], octetString(pceId)),
    member([4], octetString(fmspc)),
    member([5], der(TAG.enumerated, new Uint8Array(1))),
  );
}

/** 384 bytes. */
export function writeSgxReport(fields: SgxReportFields): Uint8Array {
  const report = new Uint8Array(SGX_REPORT_LENGTH);
  report.set(fields.cpuSvn, 0);
  report.set(fields.attributes, 48);
  report.set(fields.mrEnclave, 64);
  report.set(fields.mrSigner, 128);
  report.set(le16(fields.isvProdId), 256);
  report.set(le16(fields.isvSvn), 258);
  report.set(fields.reportData, 320);
  return report;
}

/** 584 bytes. */
export function writeTdReport(fields: TdReportFields): Uint8Array {
  const report = new Uint8Array(TD_REPORT_LENGTH);
  report.set(fields.teeTcbSvn, 0);
  report.set(fields.mrSignerSeam, 64);
  report.set(fields.seamAttributes, 112);
  report.set(fields.tdAttributes, 120);
  report.set(fields.mrTd, 136);
  report.set(concatBytes(...fields.rtmrs), 328);
  report.set(fields.reportData, 520);
  return report;
}

function certification(type: number, content: Uint8Array): Uint8Array {
  return concatBytes(le16(type), le32(content.length), content);
}

/** Header and body with the signatures of the platform over them. `wrap` turns the quoting enclave's part into the version's form. */
function signedQuote(
  header: { readonly version: number; readonly tee: number },
  body: Uint8Array,
  platform: QuotingPlatform,
  wrap: (quotingEnclave: Uint8Array) => Uint8Array,
): Uint8Array {
  const { attestationKey, quotingEnclave, pck, pckChain, sha256 } = platform;
  const { version, tee } = header;
  const signed = concatBytes(le16(version), le16(2), le32(tee), new Uint8Array(4), VENDOR, new Uint8Array(20), body);
  const point = attestationKey.publicKey.subarray(1);
  const bound = concatBytes(sha256(concatBytes(point, AUTH_DATA)), new Uint8Array(32));
  const report = writeSgxReport({ ...quotingEnclave, reportData: bound });
  const chain = certification(5, utf8ToBytes(pckChain));
  const vouching = concatBytes(report, pck.sign(report), le16(AUTH_DATA.length), AUTH_DATA, chain);
  const data = concatBytes(attestationKey.sign(signed), point, wrap(vouching));
  return concatBytes(signed, le32(data.length), data);
}

/** A quote of version 3 over the report. */
export function writeSgxQuote(report: SgxReportFields, platform: QuotingPlatform): Uint8Array {
  return signedQuote({ version: 3, tee: 0 }, writeSgxReport(report), platform, (part) => part);
}

/** A quote of version 4 over a domain's report. */
export function writeTdxQuote(report: TdReportFields, platform: QuotingPlatform): Uint8Array {
  return signedQuote({ version: 4, tee: 0x81 }, writeTdReport(report), platform, (part) => certification(6, part));
}
