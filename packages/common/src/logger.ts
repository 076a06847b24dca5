/**
 * Logger interface. Messages are fixed text; variable parts go into `context` as flat data.
 * Nothing supplied by the network is logged at info or above.
 * @module
 */

/** Flat data attached to a log line; bytes are printed as hex, cut at 32 bytes. */
export type LogContext = Readonly<Record<string, string | number | bigint | boolean | Uint8Array | null | undefined>>;

export interface Logger {
  error(message: string, context?: LogContext, error?: unknown): void;
  warn(message: string, context?: LogContext, error?: unknown): void;
  info(message: string, context?: LogContext): void;
  debug(message: string, context?: LogContext): void;
  /** A logger whose lines carry `namespace`, for example `chain:compute`. */
  child(namespace: string): Logger;
}

/** Drops everything; the default of rooms that can run without a log. */
export const silentLogger: Logger = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silentLogger,
};
