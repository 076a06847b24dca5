/**
 * What an authority certifies about a machine, and the quotes that the machine then gives.
 *
 * Spec: 01 §4.2 (offsets). The extension: "Intel SGX PCK Certificate and CRL Profile Specification".
 * @module
 */
import { concatBytes, fromHex, le16, le32, utf8ToBytes } from "@enclavenet/common";
import type { P256Signer } from "@enclavenet/crypto/noble";
import { TAG } from "../encoding/der.ts";
import { SGX_REPORT_LENGTH, type SgxReport } from "../quote/reports.ts";
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

/** A quote of version 3 over the report. */
export function writeSgxQuote(report: SgxReportFields, platform: QuotingPlatform): Uint8Array {
  const { attestationKey, quotingEnclave, pck, pckChain, sha256 } = platform;
  const header = concatBytes(le16(3), le16(2), le32(0), new Uint8Array(4), VENDOR, new Uint8Array(20));
  const signed = concatBytes(header, writeSgxReport(report));
  const point = attestationKey.publicKey.subarray(1);
  const bound = concatBytes(sha256(concatBytes(point, AUTH_DATA)), new Uint8Array(32));
  const quotingReport = writeSgxReport({ ...quotingEnclave, reportData: bound });
  const chain = utf8ToBytes(pckChain);
  const data = concatBytes(
    attestationKey.sign(signed),
    point,
    quotingReport,
    pck.sign(quotingReport),
    le16(AUTH_DATA.length),
    AUTH_DATA,
    le16(5),
    le32(chain.length),
    chain,
  );
  return concatBytes(signed, le32(data.length), data);
}
