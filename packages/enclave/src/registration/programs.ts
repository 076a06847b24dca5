/**
 * Which programs count in a network: those that its policy names from birth, and those that verified blocks approved since.
 *
 * A registration of long ago is judged by every later program as it was judged then: by what the network said at that height, never by
 * what program judges. A network whose policy names no program has only the one that judges, and cannot approve another.
 * @module
 */
import { certifiedProgram, type Policy, type Program } from "@enclavenet/attestation";
import { toHex } from "@enclavenet/common";
import { isSameProgram } from "../keychain/members.ts";

/** Members of a policy that name a program. */
export type ProgramDemand = Required<Pick<Policy, "measurements" | "rtmrs">>;

/** Demands exactly this program. */
export function demandOf({ measurement, rtmrs }: Program): ProgramDemand {
  return { measurements: [toHex(measurement)], rtmrs: rtmrs.map(toHex) };
}

/** The demand of the one among `programs` that the certificate names, undefined when it names none of them. */
export function demandFor(certificate: Uint8Array, programs: readonly Program[]): ProgramDemand | undefined {
  const named = certifiedProgram(certificate);
  const known = named && programs.find((program) => isSameProgram(program, named));
  return known && demandOf(known);
}
