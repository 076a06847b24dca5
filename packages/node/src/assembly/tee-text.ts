/**
 * What is told of the TEE under the enclave.
 * @module
 */
import { TeeName } from "@enclavenet/enclave-api";

/** In one line, for a node's status. `tee` is a value of `TeeName`. */
export function teeText(tee: string): string {
  if (tee === TeeName.software) return "software enclave, development only";
  return `${tee}, not run on hardware yet`;
}

/** What whoever starts a node has to know, in lines of the banner. */
export function teeWarning(tee: string): readonly string[] {
  if (tee === TeeName.software) {
    return ["Software enclave, development only: its sealing key lies beside its data."];
  }
  return [`Enclave on ${tee}: this way is tested over emulated files and was not run on hardware yet.`];
}
