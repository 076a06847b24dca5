/**
 * Takes the fee, in every mode; in CheckTx it must reach the node's minimum price (spec 04 §6.1 row 9).
 * @module
 */
import { CodedError } from "@enclavenet/common";
import type { Context } from "../baseapp/context.ts";
import { type DecodedTx, feeAccounts } from "../baseapp/tx.ts";
import { FEE_COLLECTOR } from "../modules/auth/keeper.ts";
import { formatAddress } from "../support/address.ts";
import { amountOf, areValidCoins, areZeroCoins, type Coin, coinsFromText, formatCoins } from "../support/coins.ts";
import { ceilDecimal, type GasPrice } from "../support/decimal.ts";
import { event } from "../support/events.ts";
import {
  ErrInsufficientFee,
  ErrInsufficientFunds,
  ErrInvalidGasLimit,
  ErrInvalidRequest,
  ErrUnknownAddress,
} from "../support/sdk-errors.ts";
import type { AnteTools, Decorator } from "./decorator.ts";
import { declaredGas } from "./set-up-context.ts";

function checkMinimum(ctx: Context, gas: bigint, fee: readonly Coin[], prices: readonly GasPrice[]): void {
  if (!ctx.isCheckTx || prices.every(({ price }) => price === 0n)) return;
  const required = prices.map(({ denom, price }) => ({ denom, amount: ceilDecimal(price * gas) }));
  if (required.some(({ denom, amount }) => amount > 0n && amountOf(fee, denom) >= amount)) return;
  throw ErrInsufficientFee.wrap(`insufficient fees; got: ${formatCoins(fee)} required: ${formatCoins(required)}`);
}

function takeFee(ctx: Context, payer: Uint8Array, fee: readonly Coin[], { auth, bank }: AnteTools): void {
  if (auth.getAccount(ctx, payer) === undefined) {
    throw ErrUnknownAddress.wrap(`fee payer address: ${formatAddress(payer)} does not exist`);
  }
  if (areZeroCoins(fee)) return;
  if (!areValidCoins(fee)) throw ErrInsufficientFee.wrap(`invalid fee amount: ${formatCoins(fee)}`);
  try {
    bank.sendCoinsFromAccountToModule(ctx, payer, FEE_COLLECTOR, fee);
  } catch (error) {
    if (CodedError.isCoded(error)) throw ErrInsufficientFunds.wrap(error.message);
    throw error;
  }
}

function feePayer(tx: DecodedTx): Uint8Array {
  const { payer, granter } = feeAccounts(tx);
  if (granter === undefined) return payer;
  if (formatAddress(granter) === formatAddress(payer)) return granter;
  throw ErrInvalidRequest.wrap("fee grants are not enabled");
}

export const deductFee: Decorator = (ctx, tx, tools) => {
  const gas = declaredGas(tx);
  if (!ctx.isSimulation && ctx.block.height > 0n && gas === 0n) {
    throw ErrInvalidGasLimit.wrap("must provide positive gas");
  }
  const fee = coinsFromText(tx.authInfo.fee?.amount ?? []);
  if (!ctx.isSimulation) checkMinimum(ctx, gas, fee, tools.minGasPrices);
  const payer = feePayer(tx);
  takeFee(ctx, payer, fee, tools);
  ctx.events.emit(event("tx", ["fee", formatCoins(fee)], ["fee_payer", formatAddress(payer)]));
  return ctx;
};
