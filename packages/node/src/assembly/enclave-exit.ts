/**
 * Why an enclave process ended, in words.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { EnclaveExitCode, SEALED_FORMAT, sealedFormatOfExit } from "@enclavenet/enclave-api";
import type { EnclaveExit } from "@enclavenet/enclave-host";
import { enclaveNotWritable } from "../executor/protocol.ts";

interface Reason {
  readonly message: string;
  readonly fix: string;
}

const REASONS: Readonly<Record<number, Reason>> = {
  [EnclaveExitCode.stackTooSmall]: {
    message: "the system does not grant the enclave its stack",
    fix: "raise the hard limit of the stack (ulimit -Hs) to at least 131072 KiB; on macOS, which does not allow that, use a Linux container",
  },
  [EnclaveExitCode.sealingFailed]: {
    message: "the enclave cannot open its sealed state",
    fix: "the home was made by another enclave or is damaged: restore its enclave folder, or start with a new --home",
  },
  [EnclaveExitCode.opened]: {
    message: "the enclave ended because a flag of Node or a variable of its environment opens it to others",
    fix: "start it as this program does, without NODE_OPTIONS and flags of your own; under Gramine the manifest of deploy/ sets both",
  },
};

function unknownFormat(format: number): LocalError {
  return new LocalError(
    "SEALED_FORMAT_UNKNOWN",
    `the enclave's sealed state has format ${format}, the enclave of this program reads formats up to ${SEALED_FORMAT}`,
    { fix: "use the program that wrote it, or start with a new --home" },
  );
}

/** Of a production enclave that found no TEE that it can use. */
function teeError(code: number | null): LocalError | undefined {
  if (code === EnclaveExitCode.noTee) {
    return new LocalError(
      "ENCLAVE_NO_TEE",
      "the production enclave found no TEE: neither /dev/attestation of Gramine nor /sys/kernel/config/tsm/report of a TDX guest",
      { fix: "run it under gramine-sgx or in a TDX domain (deploy/), or use the development enclave" },
    );
  }
  if (code === EnclaveExitCode.teeFailed) {
    return new LocalError("ENCLAVE_TEE_FAILED", "the TEE is there, but its quote or its sealing key cannot be used", {
      fix: "attestation must be dcap and debugging off; of a TDX domain, /run/enclavenet-enclave must be the enclave's own and in memory",
    });
  }
  return undefined;
}

/** The error that a node ends with when its enclave has ended. */
export function enclaveDied({ code, signal }: EnclaveExit): LocalError {
  const format = code === null ? undefined : sealedFormatOfExit(code);
  if (format !== undefined) return unknownFormat(format);
  if (code === EnclaveExitCode.sealingWriteFailed) return enclaveNotWritable();
  const tee = teeError(code);
  if (tee !== undefined) return tee;
  const reason = code === null ? undefined : REASONS[code];
  const how = signal === null ? `with code ${code}` : `by signal ${signal}`;
  return new LocalError("ENCLAVE_DIED", reason?.message ?? `the enclave process has ended (${how})`, {
    fix: reason?.fix ?? "start the node again: it goes on from the last committed block",
  });
}
