/**
 * Prices in SDK gas, written down from spec 03 §3.1, §3.2 and 04 §6.1, for the second reckoning alone.
 * @module
 */
import type { StoreOperation } from "../store-trace.ts";

export const PRICES = {
  instance: 20_000n,
  wasmPerSdk: 1_000n,
  txByte: 10n,
  signature: 1_000n,
  has: 100n,
  delete: 100n,
  read: 100n,
  readByte: 1n,
  write: 200n,
  writeByte: 5n,
  step: 5n,
} as const;

/** What an operation of a store costs; a cursor's step pays for the pair on which it stands. */
export function operationCost({ kind, key, value }: StoreOperation): bigint {
  const bytes = BigInt(key.length + (value?.length ?? 0));
  switch (kind) {
    case "has":
      return PRICES.has;
    case "delete":
      return PRICES.delete;
    case "get":
      return PRICES.read + PRICES.readByte * bytes;
    case "set":
      return PRICES.write + PRICES.writeByte * bytes;
    case "step":
      return PRICES.step + PRICES.readByte * bytes;
  }
}

/** A call's wasm gas in SDK gas: rounded down, and 1 (spec 03 §3.2). */
export const callCost = (wasmGas: bigint): bigint => wasmGas / PRICES.wasmPerSdk + 1n;
