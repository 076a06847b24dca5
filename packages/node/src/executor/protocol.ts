/**
 * Messages between the main thread (RPC, mempool, consensus) and the executor thread, which holds the state machine, the
 * store and the blocking end of the enclave.
 * @module
 */
import type { Application, BlockFinality } from "@enclavenet/abci";
import { diskError, LocalError } from "@enclavenet/common";
import { type EcallResponse, EnclaveError } from "@enclavenet/enclave-api";
import type { BirthPlan, BornNetwork } from "./network-birth.ts";

/** What the executor answers beside the application's own methods. */
export interface ExecutorMethods {
  /** Greets the enclave and tells what it holds. */
  enclaveStatus(): { readonly hello: EcallResponse<"hello">; readonly status: EcallResponse<"status"> };
  /** Keys of the network and the quote about them; it is born so when the enclave holds no keys yet. */
  bornNetwork(plan: BirthPlan): BornNetwork;
  /** Full names of the gRPC methods that the application answers. */
  queryMethods(): readonly string[];
  /** Hands over the evidence for a height that is about to be finalized. */
  putFinality(height: bigint, finality: BlockFinality): void;
  /** Closes the store. The last call. */
  close(): void;
}

export type ExecutorApi = Application & ExecutorMethods;
export type ExecutorMethod = keyof ExecutorApi;

/**
 * Lanes into the thread, each in order. CheckTx and queries have their own, so that they need not wait for a whole block:
 * the thread turns to them where the block's execution only waits.
 */
export type LaneName = "consensus" | "checks" | "queries";

const LANES: Readonly<Record<ExecutorMethod, LaneName>> = {
  info: "consensus",
  initChain: "consensus",
  checkTx: "checks",
  prepareProposal: "consensus",
  processProposal: "consensus",
  finalizeBlock: "consensus",
  commit: "consensus",
  query: "queries",
  enclaveStatus: "consensus",
  bornNetwork: "consensus",
  queryMethods: "consensus",
  putFinality: "consensus",
  close: "consensus",
};

/** Every method. */
export const EXECUTOR_METHODS = Object.keys(LANES) as readonly ExecutorMethod[];

export function laneOf(method: ExecutorMethod): LaneName {
  return LANES[method];
}

/** One call. */
export interface ExecutorCall {
  readonly id: number;
  readonly method: ExecutorMethod;
  readonly args: readonly unknown[];
}

/** An error as it crosses threads. */
export interface PlainError {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
  readonly fix: string | undefined;
  readonly stack: string | undefined;
}

export type ExecutorAnswer =
  | { readonly id: number; readonly ok: unknown }
  | { readonly id: number; readonly error: PlainError };

/** The enclave's folder takes no writes. */
export function enclaveNotWritable(cause?: unknown): LocalError {
  return new LocalError(
    "ENCLAVE_NOT_WRITABLE",
    "the enclave cannot write its sealed state: the disk of its folder is full, read-only or failing",
    {
      fix: "free some space or make it writable, and start the node again: nothing that it has acknowledged is lost",
      cause,
    },
  );
}

/** The network goes on without this node. */
function noSeedShare(cause: unknown): LocalError {
  return new LocalError(
    "NO_SEED_SHARE",
    "the network went over to a new seed, which was not encrypted to this node: it never registered, or it was revoked",
    { fix: "register a new home with `enclavenet init --join` and `enclavenet register`: it gets all seeds", cause },
  );
}

/** What a person has to know of a failure; the error itself where nothing is known to be behind it. */
function reasonOf(error: unknown): unknown {
  if (EnclaveError.is(error) && error.status === "SealingWriteFailed") return enclaveNotWritable(error);
  if (EnclaveError.is(error) && error.status === "NoSeedShare") return noSeedShare(error);
  return diskError(error) ?? error;
}

/** Data of an error that structured cloning would lose. */
export function plainError(error: unknown): PlainError {
  const { name, message, stack, code, fix } = reasonOf(error) as Error & { code?: unknown; fix?: unknown };
  return {
    name: name ?? "Error",
    message: message ?? String(error),
    code: typeof code === "string" ? code : undefined,
    fix: typeof fix === "string" ? fix : undefined,
    stack,
  };
}
