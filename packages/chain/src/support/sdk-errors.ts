/**
 * Registered errors of codespace `sdk` (spec 04 §6.5).
 * @module
 */
import { defineError, UNDEFINED_CODESPACE } from "./errors.ts";

const sdk = (code: number, text: string) => defineError("sdk", code, text);

export const ErrTxDecode = sdk(2, "tx parse error");
export const ErrUnauthorized = sdk(4, "unauthorized");
export const ErrInsufficientFunds = sdk(5, "insufficient funds");
export const ErrUnknownRequest = sdk(6, "unknown request");
export const ErrInvalidAddress = sdk(7, "invalid address");
export const ErrInvalidPubKey = sdk(8, "invalid pubkey");
export const ErrUnknownAddress = sdk(9, "unknown address");
export const ErrInvalidCoins = sdk(10, "invalid coins");
export const ErrOutOfGas = sdk(11, "out of gas");
export const ErrMemoTooLarge = sdk(12, "memo too large");
export const ErrInsufficientFee = sdk(13, "insufficient fee");
export const ErrTooManySignatures = sdk(14, "maximum number of signatures exceeded");
export const ErrNoSignatures = sdk(15, "no signatures supplied");
export const ErrInvalidRequest = sdk(18, "invalid request");
export const ErrKeyNotFound = sdk(22, "key not found");
export const ErrInvalidHeight = sdk(26, "invalid height");
export const ErrTxTimeoutHeight = sdk(30, "tx timeout height");
export const ErrUnknownExtensionOptions = sdk(31, "unknown extension options");
export const ErrWrongSequence = sdk(32, "incorrect account sequence");
export const ErrInvalidGasLimit = sdk(41, "invalid gas limit");

/** A contract marked the last message of its transaction (spec 03 §4.5, finalize_tx). */
export const ErrLastTx = sdk(40404, "Cannot send messages after last tx marker was set");

/** A panic inside a transaction. The SDK registers it without a codespace. */
export const ErrPanic = defineError(UNDEFINED_CODESPACE, 111222, "panic");
