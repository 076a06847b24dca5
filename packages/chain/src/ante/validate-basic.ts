/**
 * Stateless checks of the transaction itself: fee, gas and number of signatures (spec 04 §6.1 row 5).
 * @module
 */
import { type DecodedTx, signersOf } from "../baseapp/tx.ts";
import { parseAddressOr } from "../support/address.ts";
import { coinsFromText, formatCoins } from "../support/coins.ts";
import { plainError } from "../support/errors.ts";
import {
  ErrInsufficientFee,
  ErrInvalidAddress,
  ErrInvalidRequest,
  ErrNoSignatures,
  ErrUnauthorized,
} from "../support/sdk-errors.ts";
import type { Decorator } from "./decorator.ts";

/** 2^63 - 1. */
const MAX_GAS_WANTED = (1n << 63n) - 1n;

function checkFee(tx: DecodedTx): void {
  const { fee } = tx.authInfo;
  if (fee === undefined) throw plainError("missing fee");
  if (fee.gasLimit > MAX_GAS_WANTED) {
    throw ErrInvalidRequest.wrap(`invalid gas supplied; ${fee.gasLimit} > ${MAX_GAS_WANTED}`);
  }
  const coins = coinsFromText(fee.amount);
  if (coins.some(({ amount }) => amount < 0n)) {
    throw ErrInsufficientFee.wrap(`invalid fee provided: ${formatCoins(coins)}`);
  }
  if (fee.payer !== "") {
    parseAddressOr(fee.payer, (e) => ErrInvalidAddress.wrap(`invalid fee payer address (${e.message})`));
  }
}

export const validateBasic: Decorator = (ctx, tx) => {
  if (ctx.mode === "recheck") return ctx;
  checkFee(tx);
  if (tx.raw.signatures.length === 0) throw ErrNoSignatures.bare();
  const signers = signersOf(tx);
  if (tx.raw.signatures.length !== signers.length) {
    const counts = `expected ${signers.length}, got ${tx.raw.signatures.length}`;
    throw ErrUnauthorized.wrap(`wrong number of signers; ${counts}`);
  }
  return ctx;
};
