/**
 * What the hardware TEEs have in common: every quote is looked at before it is given away, and the sealing key is derived.
 *
 * Spec: 01 §4.2 (quotes), §10 no. 10 (the debug bit is judged here). RFC 5869 (HKDF).
 * @module
 */
import { isDebug, parseQuote, type Quote } from "@enclavenet/attestation";
import { equalBytes, LocalError, utf8ToBytes } from "@enclavenet/common";
import { type Primitives, SecretBytes } from "@enclavenet/crypto";
import { failTee } from "./failure.ts";
import type { ProgramIdentity, Tee } from "./tee.ts";

/** What one kind of hardware does. Both throw `TeeFailed`. */
export interface HardwareBackend {
  readonly kind: "gramine-sgx" | "tdx";
  /** What its quotes are about. */
  readonly measures: "sgx" | "tdx";
  quote(reportData: Uint8Array): Uint8Array;
  /** Secret bytes that only this program gets, on this machine. */
  sealingSecret(): Uint8Array;
}

const REPORT_DATA_BYTES = 64;
const KEY_BYTES = 32;
const SEALING = utf8ToBytes("enclavenet sealing key 1");
/** No statement: the second half of one is a hash. */
const NO_STATEMENT = new Uint8Array(REPORT_DATA_BYTES);

function read(bytes: Uint8Array): Quote {
  try {
    return parseQuote(bytes);
  } catch (error) {
    if (error instanceof LocalError) return failTee("form of the quote");
    throw error;
  }
}

/** The program that a quote is about. */
function programOf({ body }: Quote): ProgramIdentity {
  if (body.tee === "sgx") return { measurement: body.report.mrEnclave };
  return { measurement: body.report.mrTd, rtmrs: body.report.rtmrs };
}

/** SECURITY: whoever runs an enclave under debug reads its keys, and nobody would believe it; so it makes none. */
function demandUsable(quote: Quote, measures: "sgx" | "tdx", reportData: Uint8Array): void {
  if (quote.body.tee !== measures) failTee("kind of the quote");
  if (!equalBytes(quote.body.report.reportData, reportData)) failTee("report data of the quote");
  if (isDebug(quote)) failTee("debug");
}

function isSameProgram(one: ProgramIdentity, other: ProgramIdentity): boolean {
  const rtmrs = other.rtmrs ?? [];
  return (
    equalBytes(one.measurement, other.measurement) &&
    (one.rtmrs ?? []).every((rtmr, index) => equalBytes(rtmr, rtmrs[index] ?? NO_STATEMENT))
  );
}

/** The TEE over a backend. Asks for one quote at once: what does not work is known at the start. Throws `TeeFailed`. */
export function hardwareTee(primitives: Primitives, backend: HardwareBackend): Tee {
  const { kind, measures } = backend;
  const ask = (reportData: Uint8Array): { readonly bytes: Uint8Array; readonly program: ProgramIdentity } => {
    if (reportData.length !== REPORT_DATA_BYTES) failTee("length of the report data");
    const bytes = backend.quote(reportData);
    const quote = read(bytes);
    demandUsable(quote, measures, reportData);
    return { bytes, program: programOf(quote) };
  };
  const { program } = ask(NO_STATEMENT);
  return {
    kind,
    program,
    quote(reportData) {
      const answer = ask(reportData);
      // Other nodes are judged by what this program was at its start: a domain that was changed since vouches for nothing.
      if (!isSameProgram(program, answer.program)) failTee("program of the quote");
      return answer.bytes;
    },
    sealingKey() {
      const secret = backend.sealingSecret();
      const key = primitives.hkdfSha256(secret, SEALING, utf8ToBytes(kind), KEY_BYTES);
      secret.fill(0);
      return SecretBytes.take(key);
    },
  };
}
