/**
 * Gas of contract calls: what the enclave may use, and what its use costs (spec 03 §3.1–3.2).
 * @module
 */
import { EnclaveError } from "@enclavenet/enclave-api";
import { type GasMeter, OutOfGasError } from "@enclavenet/store";
import type { Context } from "../../baseapp/context.ts";

/** Wasm gas per SDK gas. */
export const GAS_MULTIPLIER = 1000n;

/** SDK gas of loading a contract. */
export const INSTANCE_COST = 20_000n;

/** Wasm gas that one call gets at most. */
const MAX_CALL_GAS = 10_000_000_000n;

/** SDK gas that is left; a meter without limit counts from 2^64 - 1. */
function remainingGas(meter: GasMeter): bigint {
  const remaining = meter.limit() - meter.gasConsumed();
  return remaining < 0n ? 0n : remaining;
}

/** Wasm gas for a call. The product wraps at 2^64, as upstream's does on an infinite meter. */
export function gasForContract(ctx: Context): bigint {
  const product = BigInt.asUintN(64, remainingGas(ctx.gasMeter) * GAS_MULTIPLIER);
  return product < MAX_CALL_GAS ? product : MAX_CALL_GAS;
}

/** Charges a call. Every call pays at least 1, and reaching the limit exactly is out of gas. */
export function consumeContractGas(ctx: Context, wasmGas: bigint): void {
  ctx.gasMeter.consumeGas(wasmGas / GAS_MULTIPLIER + 1n, "wasm contract");
  if (ctx.gasMeter.isOutOfGas()) throw new OutOfGasError("Wasmer function execution");
}

/**
 * Serves a query of a contract. What it is given is what the contract's own gas leaves, so that its end is the contract's:
 * the enclave ends it and says what it had used, of which the caller's meter does not know yet (spec 03 §2.4, §3.2).
 */
export function endingContract<T>(ctx: Context, serve: () => T): T {
  try {
    return serve();
  } catch (error) {
    // A meter that is empty itself decides without the enclave.
    if (error instanceof OutOfGasError && !ctx.gasMeter.isOutOfGas()) throw new EnclaveError("OutOfGas");
    throw error;
  }
}
