/**
 * Entry of both bundles: closes every door of the process that is not the channel, builds the enclave, serves.
 * @module
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Primitives } from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { EnclaveExitCode, sealedFormatExitCode } from "@enclavenet/enclave-api";
import { createEnclave } from "./enclave.ts";
import type { NetworkClass } from "./keychain/keychain.ts";
import { SealedFormatError } from "./sealing/sealed-format.ts";
import { softwareSealing } from "./sealing/software-sealing.ts";
import type { AttestationParts } from "./tee/tee.ts";
import { inheritedChannel, serve } from "./transport.ts";

function exitCodeOf(error: unknown): number {
  if (error instanceof SealedFormatError) return sealedFormatExitCode(error.format);
  const { code, status } = error as { code?: unknown; status?: unknown };
  if (code === "ENCLAVE_CHANNEL_CLOSED") return EnclaveExitCode.hostGone;
  if (status === "SealingWriteFailed") return EnclaveExitCode.sealingWriteFailed;
  return status === "SealingFailed" || status === "KeychainConflict"
    ? EnclaveExitCode.sealingFailed
    : EnclaveExitCode.failed;
}

/**
 * No signal starts the inspector, no error prints: texts of exceptions may hold plaintext. Signals that a terminal or a
 * supervisor sends to a whole group are the host's to answer; its end is this process's end.
 */
function closeDoors(): void {
  for (const signal of ["SIGUSR1", "SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  process.on("uncaughtException", () => process.exit(EnclaveExitCode.failed));
  process.on("unhandledRejection", () => process.exit(EnclaveExitCode.failed));
  process.report.reportOnFatalError = false;
  process.report.reportOnSignal = false;
  process.report.reportOnUncaughtException = false;
}

/** What differs between the bundles. */
export interface BundleParts {
  readonly networkClass: NetworkClass;
  attestation(primitives: Primitives, measurement: Uint8Array): AttestationParts;
}

/** Runs the enclave of one bundle over the sealing folder given as the only argument. Never returns. */
export function runEnclave({ networkClass, attestation }: BundleParts, bundleUrl: string): never {
  closeDoors();
  try {
    const directory = process.argv[2];
    if (directory === undefined) process.exit(EnclaveExitCode.failed);
    const primitives = createNodePrimitives();
    const measurement = primitives.sha256(readFileSync(fileURLToPath(bundleUrl)));
    const storage = softwareSealing(primitives, directory, networkClass);
    const program = createEnclave({
      primitives,
      storage,
      networkClass,
      measurement,
      attestation: attestation(primitives, measurement),
    });
    return serve(inheritedChannel(), program);
  } catch (error) {
    process.exit(exitCodeOf(error));
  }
}
