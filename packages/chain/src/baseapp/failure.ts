/**
 * Sorts what a transaction's code threw: an error of the transaction, or a failure of this machine.
 *
 * Upstream turns every panic inside a transaction into a failed transaction. Here only failures that every node has
 * alike may become one; anything else (disk, enclave, exhausted memory) is thrown on and stops the block.
 * @module
 */
import { CodedError, LocalError } from "@enclavenet/common";
import { OutOfGasError } from "@enclavenet/store";
import { type ChainError, plainError, toChainError } from "../support/errors.ts";
import { ErrOutOfGas, ErrPanic } from "../support/sdk-errors.ts";
import { StatusError } from "../support/status-error.ts";

/** Message of the engine when recursion went too deep: how deep that is differs between machines. */
const STACK_OVERFLOW = "Maximum call stack size exceeded";

/** Our own errors that upstream panics with. */
const PANIC_NAMES: ReadonlySet<string> = new Set(["ChainPanic", "GasOverflowError", "NegativeGasError"]);

/** Errors that the same code with the same input raises on every machine. */
function isDeterministicPanic(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (PANIC_NAMES.has(error.name) || LocalError.is(error, "BYTES_FORMAT")) return true;
  if (error instanceof RangeError) return error.message !== STACK_OVERFLOW && !error.message.includes("memory");
  return error instanceof TypeError || error instanceof SyntaxError;
}

/** Gas of a transaction, for the text of an out-of-gas error. */
export interface GasNumbers {
  readonly wanted: bigint;
  readonly used: bigint;
}

/** The transaction's error in what was thrown. Failures of this machine are thrown on. */
export function transactionError(error: unknown, gas: GasNumbers): ChainError {
  if (CodedError.isCoded(error)) return toChainError(error);
  if (error instanceof StatusError) return plainError(error.message);
  if (error instanceof OutOfGasError) {
    const numbers = `gasWanted: ${gas.wanted}, gasUsed: ${gas.used}`;
    return ErrOutOfGas.wrap(`out of gas in location: ${error.descriptor}; ${numbers}`);
  }
  if (isDeterministicPanic(error)) return ErrPanic.wrap(`recovered: ${error.message}`);
  throw error;
}
