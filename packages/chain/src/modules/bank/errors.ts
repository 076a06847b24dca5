/**
 * Registered errors of codespace `bank` (spec 04 §6.5).
 * @module
 */
import { defineError } from "../../support/errors.ts";

const bank = (code: number, text: string) => defineError("bank", code, text);

export const ErrNoInputs = bank(2, "no inputs to send transaction");
export const ErrNoOutputs = bank(3, "no outputs to send transaction");
export const ErrInputOutputMismatch = bank(4, "sum inputs != sum outputs");
export const ErrSendDisabled = bank(5, "send transactions are disabled");
export const ErrMultipleSenders = bank(9, "multiple senders not allowed");
