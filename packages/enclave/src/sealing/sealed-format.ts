/**
 * The format number that every sealed record begins with, inside the seal: the host can neither read nor change it.
 * @module
 */
import { EnclaveError, SEALED_FORMAT } from "@enclavenet/enclave-api";

/** A record that a later enclave wrote. `format` is the number that it carries. */
export class SealedFormatError extends EnclaveError {
  readonly format: number;

  constructor(format: number) {
    super("SealedFormat");
    this.format = format;
  }
}

/** Formats that carry their number, the oldest first. */
export const FIRST_NUMBERED_FORMAT = 1;

/** Throws {@link SealedFormatError} unless this enclave reads the format. */
export function requireSealedFormat(found: number): void {
  if (found < FIRST_NUMBERED_FORMAT || found > SEALED_FORMAT) throw new SealedFormatError(found);
}
