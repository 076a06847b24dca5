/**
 * What the executor thread is started with; plain data, since it crosses threads.
 * @module
 */
import type { LogLevel } from "../logger.ts";

export interface ExecutorSettings {
  /** Blocking descriptors of the enclave channel. */
  readonly enclaveReadFd: number;
  readonly enclaveWriteFd: number;
  /** Shared memory of the call clock that the watchdog reads. */
  readonly callClock: SharedArrayBuffer;
  /** LMDB folder of the application state. */
  readonly stateDirectory: string;
  /** Folder of contract code. */
  readonly codeDirectory: string;
  readonly minGasPrices: string;
  readonly version: string;
  readonly logLevel: LogLevel;
  /** "nothing" keeps every version. */
  readonly pruning: "nothing" | { readonly keepRecent: bigint; readonly interval: bigint };
}
