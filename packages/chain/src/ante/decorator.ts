/**
 * What an ante decorator is: one check or charge of a transaction before its messages run. Decorators run in the order
 * of `ante-handler.ts`; each gets the context that the one before it returned.
 * @module
 */
import type { Context } from "../baseapp/context.ts";
import type { DecodedTx } from "../baseapp/tx.ts";
import type { AuthKeeper } from "../modules/auth/keeper.ts";
import type { BankKeeper } from "../modules/bank/keeper.ts";
import type { GasPrice } from "../support/decimal.ts";
import type { ChainPrimitives } from "../support/primitives.ts";

/** What decorators may use. */
export interface AnteTools {
  readonly auth: AuthKeeper;
  readonly bank: BankKeeper;
  readonly primitives: ChainPrimitives;
  readonly minGasPrices: readonly GasPrice[];
}

/** Returns the context for what follows; throws a coded error to refuse the transaction. */
export type Decorator = (ctx: Context, tx: DecodedTx, tools: AnteTools) => Context;
