/**
 * What the executor thread is started with; plain data, since it crosses threads.
 * @module
 */
import type { LogLevel } from "../logger.ts";
import type { ExecutorParts } from "./executor.ts";

export interface ExecutorSettings extends Omit<ExecutorParts, "enclave" | "logger" | "betweenTransactions"> {
  /** Blocking descriptors of the enclave channel. */
  readonly enclaveReadFd: number;
  readonly enclaveWriteFd: number;
  /** Shared memory of the call clock that the watchdog reads. */
  readonly callClock: SharedArrayBuffer;
  readonly logLevel: LogLevel;
}
