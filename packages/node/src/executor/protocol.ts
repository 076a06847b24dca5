/**
 * Messages between the main thread (RPC, mempool, consensus) and the executor thread, which holds the state machine, the
 * store and the blocking end of the enclave.
 * @module
 */
import type { Application, BlockFinality } from "@enclavenet/abci";
import type { EcallResponse } from "@enclavenet/enclave-api";

/** What the executor answers beside the application's own methods. */
export interface ExecutorMethods {
  /** Greets the enclave and tells what it holds. */
  enclaveStatus(): { readonly hello: EcallResponse<"hello">; readonly status: EcallResponse<"status"> };
  /** Public keys of the network, creating the keychain when there is none yet. */
  networkKeys(): EcallResponse<"createKeychain">;
  /** Hands over the evidence for a height that is about to be finalized. */
  putFinality(height: bigint, finality: BlockFinality): void;
  /** Closes the store. The last call. */
  close(): void;
}

export type ExecutorApi = Application & ExecutorMethods;
export type ExecutorMethod = keyof ExecutorApi;

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

/** Data of an error that structured cloning would lose. */
export function plainError(error: unknown): PlainError {
  const { name, message, stack, code, fix } = error as Error & { code?: unknown; fix?: unknown };
  return {
    name: name ?? "Error",
    message: message ?? String(error),
    code: typeof code === "string" ? code : undefined,
    fix: typeof fix === "string" ? fix : undefined,
    stack,
  };
}
