/**
 * The ante handler: all decorators in the order of spec 04 §6.1. What it writes survives a transaction whose messages
 * fail; a transaction that it refuses leaves no trace.
 * @module
 */
import { CodedError } from "@enclavenet/common";
import { OutOfGasError } from "@enclavenet/store";
import type { Context } from "../baseapp/context.ts";
import type { DecodedTx } from "../baseapp/tx.ts";
import { countTx } from "../modules/compute/count-tx.ts";
import type { ChainError } from "../support/errors.ts";
import { toChainError } from "../support/errors.ts";
import { ErrOutOfGas } from "../support/sdk-errors.ts";
import { checkBlockGas } from "./block-gas.ts";
import type { AnteTools, Decorator } from "./decorator.ts";
import { deductFee } from "./deduct-fee.ts";
import { rejectExtensionOptions } from "./extension-options.ts";
import { incrementSequences } from "./increment-sequence.ts";
import { setPublicKeys } from "./set-public-keys.ts";
import { declaredGas, setUpContext } from "./set-up-context.ts";
import { checkSignatureCount } from "./signature-count.ts";
import { consumeSignatureGas } from "./signature-gas.ts";
import { verifySignatures } from "./signature-verification.ts";
import { checkTimeoutHeight } from "./timeout-height.ts";
import { consumeTxSizeGas } from "./tx-size-gas.ts";
import { validateBasic } from "./validate-basic.ts";
import { validateMemo } from "./validate-memo.ts";

/** The transaction counter runs before gas is metered. */
const BEFORE_METERING: readonly Decorator[] = [countTx];

const METERED: readonly Decorator[] = [
  checkBlockGas,
  rejectExtensionOptions,
  validateBasic,
  checkTimeoutHeight,
  validateMemo,
  consumeTxSizeGas,
  deductFee,
  setPublicKeys,
  checkSignatureCount,
  consumeSignatureGas,
  verifySignatures,
  incrementSequences,
];

/** The context after the decorators, with the transaction's meter; and the refusal, if there was one. */
export interface AnteResult {
  readonly ctx: Context;
  readonly error: ChainError | undefined;
}

/** Runs all decorators. Errors that are not the transaction's fault are thrown. */
export function runAnteHandler(ctx: Context, tx: DecodedTx, tools: AnteTools): AnteResult {
  let current = ctx;
  try {
    for (const decorate of BEFORE_METERING) current = decorate(current, tx, tools);
    current = setUpContext(current, tx);
    for (const decorate of METERED) current = decorate(current, tx, tools);
    return { ctx: current, error: undefined };
  } catch (error) {
    if (error instanceof OutOfGasError) {
      const numbers = `gasWanted: ${declaredGas(tx)}, gasUsed: ${current.gasMeter.gasConsumed()}`;
      return { ctx: current, error: ErrOutOfGas.wrap(`out of gas in location: ${error.descriptor}; ${numbers}`) };
    }
    if (CodedError.isCoded(error)) return { ctx: current, error: toChainError(error) };
    throw error;
  }
}
