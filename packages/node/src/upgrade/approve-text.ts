/**
 * What the network's authority is asked for.
 * @module
 */
import { toHex } from "@enclavenet/common";

/** The command that approves a program; of one that is not known, a form of it. */
export function approveCommandText(
  program: { readonly measurement: Uint8Array; readonly rtmrs: readonly Uint8Array[] } | undefined,
): string {
  const measurement = program === undefined ? "…" : toHex(program.measurement);
  const system =
    program === undefined || program.rtmrs.length === 0 ? "" : ` --rtmrs ${program.rtmrs.map(toHex).join()}`;
  return `enclavenet upgrade approve --measurement ${measurement}${system} --node URL --mnemonic-file FILE`;
}
