/**
 * Errors of this room. Untrusted input never throws here: opening, verifying and parsing answer `undefined` or
 * `false`. What throws is a caller's own mistake (a key of the wrong size, a wiped secret), and it carries no data.
 *
 * @module
 */
import { LocalError } from "@enclavenet/common";

/** Code of every error about wrong use of this room. */
export const CRYPTO_USAGE = "CRYPTO_USAGE";

/** An error for a caller that broke a precondition. The message never contains data. */
export function cryptoUsageError(message: string): LocalError {
  return new LocalError(CRYPTO_USAGE, message);
}

/** Throws unless `bytes` has exactly `length` bytes. `what` is fixed text. */
export function requireLength(bytes: { readonly length: number }, length: number, what: string): void {
  if (bytes.length !== length) throw cryptoUsageError(`${what} must have ${length} bytes`);
}
