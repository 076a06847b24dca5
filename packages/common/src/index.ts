/**
 * Bytes, typed errors, logger, clock and metrics interfaces. Imports nothing.
 * @module
 */
export * from "./bounded-body.ts";
export * from "./bytes.ts";
export * from "./clock.ts";
export * from "./disk-error.ts";
export * from "./errors.ts";
export * from "./logger.ts";
export * from "./metrics.ts";
