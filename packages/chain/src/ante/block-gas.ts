/**
 * Refuses a transaction that declares more gas than a block may use (spec 04 §6.1 row 2).
 * @module
 */
import { ErrInvalidGasLimit } from "../support/sdk-errors.ts";
import type { Decorator } from "./decorator.ts";
import { declaredGas } from "./set-up-context.ts";

export const checkBlockGas: Decorator = (ctx, tx) => {
  const { maxGas } = ctx.block;
  const gas = declaredGas(tx);
  if (maxGas > 0n && gas > maxGas) throw ErrInvalidGasLimit.wrap(`tx gas limit ${gas} exceeds block max gas ${maxGas}`);
  return ctx;
};
