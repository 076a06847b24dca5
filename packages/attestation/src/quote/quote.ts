/**
 * Quotes with ECDSA signatures: version 3 of SGX, versions 4 and 5 of TDX.
 *
 * Spec: 01 §4.2. TDX: "Intel TDX DCAP Quoting Library API", appendix A.3 (version 4) and A.4 (version 5).
 * @module
 */
import { equalBytes, fromHex } from "@enclavenet/common";
import { LittleEndianReader } from "../encoding/little-endian.ts";
import { textOf } from "../encoding/text.ts";
import { refuse } from "../errors.ts";
import {
  readSgxReport,
  readTdReport,
  SGX_REPORT_LENGTH,
  type SgxReport,
  TD_REPORT_15_LENGTH,
  TD_REPORT_LENGTH,
  type TdReport,
} from "./reports.ts";

/** What was measured. */
export type QuoteBody =
  | { readonly tee: "sgx"; readonly report: SgxReport }
  | { readonly tee: "tdx"; readonly report: TdReport };

/** The proof that the quoting enclave of a platform made the attestation key. */
interface QuotingEnclave {
  /** Its report as signed by the platform's PCK. */
  readonly signed: Uint8Array;
  readonly report: SgxReport;
  readonly signature: Uint8Array;
  readonly authData: Uint8Array;
  /** PCK chain in PEM. */
  readonly pckChain: string;
}

export interface Quote {
  readonly version: number;
  readonly body: QuoteBody;
  /** Header and body, which the attestation key signs. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  /** x ‖ y */
  readonly attestationKey: Uint8Array;
  readonly quotingEnclave: QuotingEnclave;
}

/** Far above the 5 kB of a quote with its chain. */
const MAX_BYTES = 65_536;
const ECDSA_P256 = 2;
const TEE_SGX = 0;
const TEE_TDX = 0x81;
/** Type of certification data: PCK chain in PEM. */
const PCK_CHAIN = 5;
/** Type of certification data: report of the quoting enclave, with certification data of its own. */
const QE_REPORT = 6;
/** Type of body in version 5: a length for each kind of domain's report. */
const TD_BODIES: ReadonlyMap<number, number> = new Map([
  [2, TD_REPORT_LENGTH],
  [3, TD_REPORT_15_LENGTH],
]);
const INTEL = fromHex("939a7233f79c4ca9940a0db3957f0607");

/** Bit of an enclave's attributes: its memory can be read from outside. */
const SGX_DEBUG = 0x02;

/** Whether whoever runs it can look into what was measured. */
export function isDebug({ body }: Pick<Quote, "body">): boolean {
  if (body.tee === "sgx") return ((body.report.attributes[0] as number) & SGX_DEBUG) !== 0;
  // TUD: any bit of the first byte makes the domain one under debug.
  return body.report.tdAttributes[0] !== 0;
}

interface Header {
  readonly version: number;
  readonly tee: "sgx" | "tdx";
}

function readHeader(reader: LittleEndianReader): Header {
  const version = reader.u16();
  const keyType = reader.u16();
  const tee = reader.u32();
  reader.take(4);
  const vendor = reader.take(16);
  reader.take(20);
  if (keyType !== ECDSA_P256) refuse("QUOTE_KIND", `attestation key of type ${keyType}; only 2, ECDSA, is served`);
  if (!equalBytes(vendor, INTEL)) refuse("QUOTE_KIND", "quoting enclave of another vendor than Intel");
  if (version === 3 && tee === TEE_SGX) return { version, tee: "sgx" };
  if ((version === 4 || version === 5) && tee === TEE_TDX) return { version, tee: "tdx" };
  // check: quote-kind
  return refuse("QUOTE_KIND", `version ${version} of TEE ${tee}; served are 3 of SGX, 4 and 5 of TDX`);
}

function readBody(reader: LittleEndianReader, { version, tee }: Header): QuoteBody {
  if (tee === "sgx") return { tee, report: readSgxReport(reader.take(SGX_REPORT_LENGTH)) };
  if (version === 4) return { tee, report: readTdReport(reader.take(TD_REPORT_LENGTH)) };
  const type = reader.u16();
  const length = reader.u32();
  if (TD_BODIES.get(type) !== length) refuse("QUOTE_KIND", `body of type ${type} and ${length} bytes`);
  return { tee, report: readTdReport(reader.take(length)) };
}

function readCertification(reader: LittleEndianReader, type: number): Uint8Array {
  const found = reader.u16();
  if (found !== type) refuse("QUOTE_KIND", `certification data of type ${found}; only ${type} is served here`);
  return reader.take(reader.u32());
}

function readQuotingEnclave(reader: LittleEndianReader): QuotingEnclave {
  const signed = reader.take(SGX_REPORT_LENGTH);
  const signature = reader.take(64);
  const authData = reader.take(reader.u16());
  const chain = readCertification(reader, PCK_CHAIN);
  const pckChain = textOf(chain, "QUOTE_FORMAT", "the PCK chain");
  return { signed, report: readSgxReport(signed), signature, authData, pckChain };
}

/** A quote from its bytes. Zero bytes may follow: some drivers hand out a whole buffer. Throws `AttestationError`. */
export function parseQuote(bytes: Uint8Array): Quote {
  if (bytes.length > MAX_BYTES) refuse("QUOTE_FORMAT", `more than ${MAX_BYTES} bytes`);
  const reader = new LittleEndianReader(bytes);
  const header = readHeader(reader);
  const body = readBody(reader, header);
  const signed = bytes.subarray(0, reader.position);
  const data = new LittleEndianReader(reader.take(reader.u32()));
  if (reader.rest().some((byte) => byte !== 0)) refuse("QUOTE_FORMAT", "bytes after the signature data");
  const signature = data.take(64);
  const attestationKey = data.take(64);
  const nested = header.version === 3 ? data : new LittleEndianReader(readCertification(data, QE_REPORT));
  const quotingEnclave = readQuotingEnclave(nested);
  nested.end("the certification data");
  data.end("the signature data");
  return { version: header.version, body, signed, signature, attestationKey, quotingEnclave };
}
