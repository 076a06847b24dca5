/**
 * What evidence names a program by, and which programs count in a network: those that its policy names from birth, and those that were
 * approved since.
 *
 * A registration of long ago is judged by every later program as it was judged then: by what the network said at that height, never by
 * what program judges. A network whose policy names no program has only the one that judges, and cannot approve another.
 * @module
 */
import { equalBytes, toHex } from "@enclavenet/common";
import { AttestationError } from "../errors.ts";
import type { Policy } from "../policy.ts";
import type { QuoteBody } from "../quote/quote.ts";
import { certifiedBody } from "./node-evidence.ts";

export interface Program {
  /** MRENCLAVE, MRTD, or the hash of a software enclave's bundle. */
  readonly measurement: Uint8Array;
  /** RTMR 0 to 3 of a trust domain; none of an enclave. */
  readonly rtmrs: readonly Uint8Array[];
}

/** Members of a policy that name a program. */
export type ProgramDemand = Required<Pick<Policy, "measurements" | "rtmrs">>;

function programOf({ tee, report }: QuoteBody): Program {
  return tee === "sgx"
    ? { measurement: report.mrEnclave, rtmrs: [] }
    : { measurement: report.mrTd, rtmrs: report.rtmrs };
}

/** Program that a certificate names, unverified; undefined for what is no certificate. */
export function certifiedProgram(certificate: Uint8Array): Program | undefined {
  try {
    return programOf(certifiedBody(certificate));
  } catch (error) {
    if (error instanceof AttestationError) return undefined;
    throw error;
  }
}

/** Whether both name the same program. */
export function isSameProgram(one: Program, other: Program): boolean {
  return (
    equalBytes(one.measurement, other.measurement) &&
    one.rtmrs.length === other.rtmrs.length &&
    one.rtmrs.every((rtmr, index) => equalBytes(rtmr, other.rtmrs[index] as Uint8Array))
  );
}

/** Demands exactly the one among `programs` that the certificate names; undefined when it names none of them. */
export function demandFor(certificate: Uint8Array, programs: readonly Program[]): ProgramDemand | undefined {
  const named = certifiedProgram(certificate);
  const known = named && programs.find((program) => isSameProgram(program, named));
  return known && { measurements: [toHex(known.measurement)], rtmrs: known.rtmrs.map(toHex) };
}
