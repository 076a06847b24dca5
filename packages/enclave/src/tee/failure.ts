/**
 * How a TEE fails: always with the same status, and with a fixed text that the development bundle tells.
 * @module
 */
import { bytesToUtf8 } from "@enclavenet/common";
import { EnclaveError } from "@enclavenet/enclave-api";

/** The failure. `check` holds no data. */
export function teeFailure(check: string): EnclaveError {
  return new EnclaveError("TeeFailed", { check });
}

/** Throws the failure. */
export function failTee(check: string): never {
  throw teeFailure(check);
}

/** The one line of text that a device file holds. */
export function lineOf(content: Uint8Array): string {
  try {
    return bytesToUtf8(content).trim();
  } catch {
    return failTee("text of a device file");
  }
}
