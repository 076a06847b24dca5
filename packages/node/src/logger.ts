/**
 * The node's logger: JSON lines on standard error, so that standard output stays for people and scripts.
 * @module
 */
import { type LogContext, type Logger, toHex } from "@enclavenet/common";
import pino, { type Logger as Pino } from "pino";

export type LogLevel = "error" | "warn" | "info" | "debug" | "silent";

/** Longest piece of bytes that a line shows. */
const MAX_BYTES_SHOWN = 32;

function plain(context: LogContext, error?: unknown): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(context)) {
    if (value instanceof Uint8Array) out[key] = toHex(value.subarray(0, MAX_BYTES_SHOWN));
    else out[key] = typeof value === "bigint" ? value.toString() : value;
  }
  if (error !== undefined) out.err = error;
  return out;
}

function wrap(logger: Pino): Logger {
  return {
    error: (message, context = {}, error) => logger.error(plain(context, error), message),
    warn: (message, context = {}, error) => logger.warn(plain(context, error), message),
    info: (message, context = {}) => logger.info(plain(context), message),
    debug: (message, context = {}) => logger.debug(plain(context), message),
    child: (namespace) => wrap(logger.child({ room: namespace })),
  };
}

/** A logger of `level` for this thread. */
export function createLogger(level: LogLevel): Logger {
  const destination = pino.destination({ fd: 2, sync: true });
  return wrap(pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination));
}
