/**
 * Reads, removals and writes of a contract's records, all charged on the caller's meter by the store (spec 03 §1.5,
 * 02 §7.6).
 * @module
 */
import type { ContractResult, OcallRequest, OcallResponse } from "@enclavenet/enclave-api";
import { OutOfGasError } from "@enclavenet/store";
import type { Context } from "../../baseapp/context.ts";
import { ComputeStore } from "./store.ts";

/** Runs `access` and says how much SDK gas it took. */
function metered<T>(ctx: Context, access: () => T): { readonly value: T; readonly sdkGas: bigint } {
  const before = ctx.gasMeter.gasConsumed();
  const value = access();
  return { value, sdkGas: ctx.gasMeter.gasConsumed() - before };
}

/** The record under its current name, else under its legacy name. */
export function readState(
  ctx: Context,
  contract: Uint8Array,
  { key, legacyKey }: Pick<OcallRequest<"readState">, "key" | "legacyKey">,
): OcallResponse<"readState"> {
  const store = new ComputeStore(ctx);
  const { value, sdkGas } = metered(ctx, () => {
    const current = store.stateRecord(contract, key);
    return { current, legacy: current === undefined ? store.stateRecord(contract, legacyKey) : undefined };
  });
  return { value: value.current, legacyValue: value.legacy, sdkGas };
}

/** Removes both names at once. */
export function removeState(
  ctx: Context,
  contract: Uint8Array,
  { key, legacyKey }: Pick<OcallRequest<"removeState">, "key" | "legacyKey">,
): OcallResponse<"removeState"> {
  const store = new ComputeStore(ctx);
  const { sdkGas } = metered(ctx, () => {
    store.deleteStateRecord(contract, legacyKey);
    store.deleteStateRecord(contract, key);
  });
  return { sdkGas };
}

/**
 * Flushes what a call wrote, also when the contract then returned an error: the transaction's branch is dropped anyway,
 * but the gas is due. Running out of gas here shows when the call itself is charged, so it is not reported from here.
 */
export function flushWrites(ctx: Context, contract: Uint8Array, result: ContractResult): void {
  const store = new ComputeStore(ctx);
  try {
    for (const key of result.legacyDeletes) store.deleteStateRecord(contract, key);
    for (const { key, value } of result.writes) store.setStateRecord(contract, key, value);
  } catch (error) {
    if (!(error instanceof OutOfGasError)) throw error;
  }
}
