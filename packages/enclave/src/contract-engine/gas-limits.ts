/**
 * Limits on the gas that the host grants to a call.
 * @module
 */
import { EnclaveError } from "@enclavenet/enclave-api";
import type { CallOrigin } from "../block-verifier/open-block.ts";
import { GAS_MULTIPLIER, MAX_CALL_GAS } from "./run.ts";

/** SECURITY: the host may not grant more gas than the user signed (architecture §3). */
export function checkSignedGas(gasLimit: bigint, { signedGasLimit }: CallOrigin): void {
  // check: signed-gas-limit
  if (gasLimit > signedGasLimit * GAS_MULTIPLIER) throw new EnclaveError("ValidationFailure", { check: "gas limit" });
}

/** `gasLimit` when one call may have that much (spec 03 §2.1). */
export function checkedGasLimit(gasLimit: bigint): bigint {
  if (gasLimit > MAX_CALL_GAS) throw new EnclaveError("BadRequest", { check: "gas limit" });
  return gasLimit;
}

/** Failures after the run still cost what the run used. */
export function withGas<T>(usedGas: bigint, finish: () => T): T {
  try {
    return finish();
  } catch (error) {
    if (!EnclaveError.is(error)) throw error;
    throw new EnclaveError(error.status, { usedGas, ...(error.check === undefined ? {} : { check: error.check }) });
  }
}
