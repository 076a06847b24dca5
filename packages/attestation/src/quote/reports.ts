/**
 * The bodies of quotes: the report of an SGX enclave, and that of a TDX trust domain.
 *
 * Spec: 01 §4.2 (SGX). TDX: "Intel TDX DCAP Quoting Library API", TD report 1.0 (584 bytes) and 1.5 (648 bytes).
 * @module
 */
import { LittleEndianReader } from "../encoding/little-endian.ts";

export const SGX_REPORT_LENGTH = 384;
export const TD_REPORT_LENGTH = 584;
export const TD_REPORT_15_LENGTH = 648;

export interface SgxReport {
  readonly miscSelect: Uint8Array;
  readonly attributes: Uint8Array;
  readonly mrEnclave: Uint8Array;
  readonly mrSigner: Uint8Array;
  readonly isvProdId: number;
  readonly isvSvn: number;
  readonly reportData: Uint8Array;
}

export interface TdReport {
  /** Versions of the TDX module (0 and 1) and of the other components of the platform. */
  readonly teeTcbSvn: Uint8Array;
  readonly mrSignerSeam: Uint8Array;
  readonly seamAttributes: Uint8Array;
  readonly tdAttributes: Uint8Array;
  readonly mrTd: Uint8Array;
  readonly rtmrs: readonly Uint8Array[];
  readonly reportData: Uint8Array;
  /** Of report 1.5: the service domain that the trust domain is bound to; zero when there is none. */
  readonly mrServiceTd: Uint8Array | undefined;
}

/** Reads 384 bytes. */
export function readSgxReport(bytes: Uint8Array): SgxReport {
  const reader = new LittleEndianReader(bytes);
  reader.take(16);
  const miscSelect = reader.take(4);
  reader.take(28);
  const attributes = reader.take(16);
  const mrEnclave = reader.take(32);
  reader.take(32);
  const mrSigner = reader.take(32);
  reader.take(96);
  const isvProdId = reader.u16();
  const isvSvn = reader.u16();
  reader.take(60);
  const reportData = reader.take(64);
  reader.end("the report");
  return { miscSelect, attributes, mrEnclave, mrSigner, isvProdId, isvSvn, reportData };
}

/** Reads 584 or 648 bytes. */
export function readTdReport(bytes: Uint8Array): TdReport {
  const reader = new LittleEndianReader(bytes);
  const teeTcbSvn = reader.take(16);
  reader.take(48);
  const mrSignerSeam = reader.take(48);
  const seamAttributes = reader.take(8);
  const tdAttributes = reader.take(8);
  reader.take(8);
  const mrTd = reader.take(48);
  reader.take(3 * 48);
  const rtmrs = [reader.take(48), reader.take(48), reader.take(48), reader.take(48)];
  const reportData = reader.take(64);
  const more = bytes.length === TD_REPORT_15_LENGTH;
  if (more) reader.take(16);
  const mrServiceTd = more ? reader.take(48) : undefined;
  reader.end("the report");
  return { teeTcbSvn, mrSignerSeam, seamAttributes, tdAttributes, mrTd, rtmrs, reportData, mrServiceTd };
}
