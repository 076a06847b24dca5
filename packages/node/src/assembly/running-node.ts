/**
 * A node that runs, of whatever kind.
 * @module
 */
import type { Servers } from "./servers.ts";

export interface RunningNode {
  readonly chainId: string;
  readonly urls: Servers["urls"];
  /** Undefined: nothing is kept. */
  readonly home: string | undefined;
  readonly enclavePids: readonly number[];
  readonly enclaveMeasurement: string;
  /** A value of `TeeName`. */
  readonly enclaveTee: string;
  /** Resolves with the reason when the node cannot go on. */
  readonly failed: Promise<Error>;
  /** Ends everything that was started, in order. */
  stop(): Promise<void>;
}
