/**
 * The format number that every sealed record begins with, inside the seal: the host can neither read nor change it.
 * @module
 */
import { EnclaveError } from "@enclavenet/enclave-api";

/** A record that a later enclave wrote. `format` is the number that it carries. */
export class SealedFormatError extends EnclaveError {
  readonly format: number;

  constructor(format: number) {
    super("SealedFormat");
    this.format = format;
  }
}

/** Throws {@link SealedFormatError} unless `known` has the number. */
export function requireSealedFormat(found: number, known: number): void {
  if (found !== known) throw new SealedFormatError(found);
}
