/**
 * Request and outcome of a contract call.
 * @module
 */
import type { Backend } from "../backend.ts";
import type { VmError } from "../errors.ts";

/** The interface a contract was compiled against (spec 03 §1.1). */
export type ApiVersion = "v0.10" | "v1";

/** What is called (spec 03 §1.3). A v0.10 contract answers everything but the first three and migrate with `handle`. */
export type EntryPoint =
  | "instantiate"
  | "execute"
  | "query"
  | "migrate"
  | "reply"
  | "sudo"
  | "ibc_channel_open"
  | "ibc_channel_connect"
  | "ibc_channel_close"
  | "ibc_packet_receive"
  | "ibc_packet_ack"
  | "ibc_packet_timeout";

/** One call of a contract. */
export interface CallRequest {
  readonly entry: EntryPoint;
  readonly env: Uint8Array;
  /** Needed by `instantiate` and `execute` of a v1 contract, ignored otherwise. */
  readonly info?: Uint8Array;
  readonly msg: Uint8Array;
  /** Wasm gas, below 2^64. */
  readonly gasLimit: bigint;
  readonly backend: Backend;
  /** Queries: writing and removing fail with `UnauthorizedWrite`. */
  readonly readOnly: boolean;
}

/** Gas of a call, in wasm gas (spec 03 §2.4). */
export interface GasReport {
  readonly remaining: bigint;
  /** The charge that did not fit, 0 when every charge fitted. */
  readonly exhausted: bigint;
  /** Sum of what the backend reported. */
  readonly external: bigint;
  /** sat(sat(limit − remaining) − external) + exhausted, at most 2^64 − 1; before the refund of the pseudo gas. */
  readonly used: bigint;
  /** Sum of the charges of 5000 per written byte; the caller refunds it where the rules say so. */
  readonly pseudoWriteGas: bigint;
}

/** Outcome of a call: what the contract returned, or why it did not. */
export type CallOutcome = { readonly gas: GasReport } & (
  | { readonly output: Uint8Array; readonly error?: undefined }
  | {
      readonly error: VmError;
      readonly output?: undefined;
      /** SECURITY: V8's own stack limit was hit; the executor's stack is too small and results may differ between nodes. */
      readonly nativeStackOverflow?: true;
    }
);
