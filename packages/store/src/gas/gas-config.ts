/**
 * Gas prices of store operations (spec 04 §6.4).
 * @module
 */

/** Prices of the operations of one store. */
export interface GasConfig {
  readonly hasCost: bigint;
  readonly deleteCost: bigint;
  readonly readCostFlat: bigint;
  readonly readCostPerByte: bigint;
  readonly writeCostFlat: bigint;
  readonly writeCostPerByte: bigint;
  readonly iterNextCostFlat: bigint;
}

/** Prices of persistent stores on Secret. */
export const SECRET_KV_GAS_CONFIG: GasConfig = {
  hasCost: 100n,
  deleteCost: 100n,
  readCostFlat: 100n,
  readCostPerByte: 1n,
  writeCostFlat: 200n,
  writeCostPerByte: 5n,
  iterNextCostFlat: 5n,
};

/** Prices of transient stores on Secret. */
export const SECRET_TRANSIENT_GAS_CONFIG: GasConfig = {
  hasCost: 10n,
  deleteCost: 10n,
  readCostFlat: 10n,
  readCostPerByte: 0n,
  writeCostFlat: 20n,
  writeCostPerByte: 1n,
  iterNextCostFlat: 1n,
};
