/**
 * Why an enclave process ended, in words.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { EnclaveExitCode, SEALED_FORMAT, sealedFormatOfExit } from "@enclavenet/enclave-api";
import type { EnclaveExit } from "@enclavenet/enclave-host";
import { enclaveNotWritable } from "../executor/protocol.ts";

const REASONS: Readonly<Record<number, { readonly message: string; readonly fix: string }>> = {
  [EnclaveExitCode.stackTooSmall]: {
    message: "the system does not grant the enclave its stack",
    fix: "raise the hard limit of the stack (ulimit -Hs) to at least 131072 KiB; on macOS, which does not allow that, use a Linux container",
  },
  [EnclaveExitCode.sealingFailed]: {
    message: "the enclave cannot open its sealed state",
    fix: "the home was made by another enclave or is damaged: restore its enclave folder, or start with a new --home",
  },
};

function unknownFormat(format: number): LocalError {
  return new LocalError(
    "SEALED_FORMAT_UNKNOWN",
    `the enclave's sealed state has format ${format}, the enclave of this program reads formats up to ${SEALED_FORMAT}`,
    { fix: "use the program that wrote it, or start with a new --home" },
  );
}

/** The error that a node ends with when its enclave has ended. */
export function enclaveDied({ code, signal }: EnclaveExit): LocalError {
  const format = code === null ? undefined : sealedFormatOfExit(code);
  if (format !== undefined) return unknownFormat(format);
  if (code === EnclaveExitCode.sealingWriteFailed) return enclaveNotWritable();
  const reason = code === null ? undefined : REASONS[code];
  const how = signal === null ? `with code ${code}` : `by signal ${signal}`;
  return new LocalError("ENCLAVE_DIED", reason?.message ?? `the enclave process has ended (${how})`, {
    fix: reason?.fix ?? "start the node again: it goes on from the last committed block",
  });
}
