/**
 * What a host gets that does not prove what it says.
 * @module
 */
import { EnclaveError } from "@enclavenet/enclave-api";

/** Ends the call: the host has to prove what it says. */
export function unproven(check: string): never {
  throw new EnclaveError("StateUnproven", { check });
}
