/**
 * How an enclave process ends: its exit code is all that the host reads of one that has ended.
 * @module
 */

/** Exit codes. From `sealedFormat` on, the format of the sealed state is added. */
export const EnclaveExitCode = {
  hostGone: 0,
  failed: 70,
  /** The shell's: the system does not grant the stack. */
  stackTooSmall: 71,
  sealingFailed: 72,
  /** The sealing folder takes no writes. */
  sealingWriteFailed: 73,
  /** A production program on a machine without a TEE that it serves. */
  noTee: 74,
  /** The TEE's quote or sealing key cannot be used. */
  teeFailed: 75,
  /** A flag or a variable of the environment opens the process to others. */
  opened: 76,
  sealedFormat: 80,
} as const;

/**
 * Format of the records that this enclave seals. 0: no number in the progress record; 1: numbers everywhere; 2: the keychain
 * knows how its network was born, the registration of its node, and whether state is proven; 3: rotations and the nodes that were let
 * in; 4: programs that may take over; 5: the founder's registration.
 */
export const SEALED_FORMAT = 5;

/** Highest format that an exit code tells; a higher one is told as this. */
const SEALED_FORMAT_TOLD_MAX = 15;

/** Exit code of an enclave that met sealed state of an unknown format. */
export function sealedFormatExitCode(format: number): number {
  return EnclaveExitCode.sealedFormat + Math.min(format, SEALED_FORMAT_TOLD_MAX);
}

/** The format in an exit code of {@link sealedFormatExitCode}, undefined for any other code. */
export function sealedFormatOfExit(code: number): number | undefined {
  const format = code - EnclaveExitCode.sealedFormat;
  return format >= 0 && format <= SEALED_FORMAT_TOLD_MAX ? format : undefined;
}
