/**
 * Refuses a transaction after the height that it names (spec 04 §6.1 row 6).
 * @module
 */
import { ErrTxTimeoutHeight } from "../support/sdk-errors.ts";
import type { Decorator } from "./decorator.ts";

export const checkTimeoutHeight: Decorator = (ctx, tx) => {
  const { timeoutHeight } = tx.body;
  const { height } = ctx.block;
  if (timeoutHeight > 0n && height > timeoutHeight) {
    throw ErrTxTimeoutHeight.wrap(`block height: ${height}, timeout height: ${timeoutHeight}`);
  }
  return ctx;
};
