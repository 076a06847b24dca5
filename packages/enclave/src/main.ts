/**
 * Entry of both bundles: closes every door of the process that is not the channel, builds the enclave, serves.
 * @module
 */
import type { Primitives } from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { EnclaveExitCode, sealedFormatExitCode } from "@enclavenet/enclave-api";
import { PREDECESSORS } from "./bundle/predecessors.ts";
import { createEnclave } from "./enclave.ts";
import type { NetworkClass } from "./keychain/keychain.ts";
import { closeDoors } from "./process-surface.ts";
import { sealedFiles } from "./sealing/sealed-files.ts";
import { SealedFormatError } from "./sealing/sealed-format.ts";
import type { AttestationParts, Tee } from "./tee/tee.ts";
import { inheritedChannel, serve, standardStreams } from "./transport.ts";

/** Statuses with an exit code of their own: the host reads nothing else of an enclave that did not come up. */
const EXIT_CODES: Readonly<Record<string, number>> = {
  SealingWriteFailed: EnclaveExitCode.sealingWriteFailed,
  SealingFailed: EnclaveExitCode.sealingFailed,
  KeychainConflict: EnclaveExitCode.sealingFailed,
  ProductionOnly: EnclaveExitCode.sealingFailed,
  NoTee: EnclaveExitCode.noTee,
  TeeFailed: EnclaveExitCode.teeFailed,
};

function exitCodeOf(error: unknown): number {
  if (error instanceof SealedFormatError) return sealedFormatExitCode(error.format);
  const { code, status } = error as { code?: unknown; status?: unknown };
  if (code === "ENCLAVE_CHANNEL_CLOSED") return EnclaveExitCode.hostGone;
  return EXIT_CODES[String(status)] ?? EnclaveExitCode.failed;
}

/** What differs between the bundles. */
export interface BundleParts {
  readonly networkClass: NetworkClass;
  /** Throws `NoTee` or `TeeFailed`. */
  attestation(primitives: Primitives): AttestationParts & { readonly tee: Tee };
}

/** Runs the enclave of one bundle over the sealing folder given as the only argument. Never returns. */
export function runEnclave({ networkClass, attestation: attestationOf }: BundleParts): never {
  closeDoors();
  try {
    const directory = process.argv[2];
    if (directory === undefined) process.exit(EnclaveExitCode.failed);
    const primitives = createNodePrimitives();
    const attestation = attestationOf(primitives);
    const { kind, program, sealingKey } = attestation.tee;
    const storage = sealedFiles(primitives, { directory, key: sealingKey(directory), kind, networkClass });
    const parts = { primitives, storage, networkClass, predecessors: PREDECESSORS, attestation };
    const enclave = createEnclave({ ...parts, ...program });
    // Gramine hands its program nothing of the host but the standard streams.
    return serve(kind === "gramine-sgx" ? standardStreams() : inheritedChannel(), enclave);
  } catch (error) {
    process.exit(exitCodeOf(error));
  }
}
