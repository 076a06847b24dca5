/**
 * The executor thread as the main thread sees it: asynchronous calls, answered in order.
 * @module
 */
import { Worker } from "node:worker_threads";
import { LocalError } from "@enclavenet/common";
import type { ExecutorAnswer, ExecutorApi, ExecutorMethod, PlainError } from "./protocol.ts";
import type { ExecutorSettings } from "./settings.ts";

/** Every method of the executor, asynchronous. */
export type AsyncExecutor = {
  readonly [M in ExecutorMethod]: (...args: Parameters<ExecutorApi[M]>) => Promise<ReturnType<ExecutorApi[M]>>;
};

export interface ExecutorThread {
  readonly api: AsyncExecutor;
  /** Rejects the calls that wait and every later one. */
  fail(error: Error): void;
  /** Closes the store and ends the thread. */
  close(): Promise<void>;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

const METHODS: readonly ExecutorMethod[] = [
  "info",
  "initChain",
  "checkTx",
  "prepareProposal",
  "processProposal",
  "finalizeBlock",
  "commit",
  "query",
  "enclaveStatus",
  "networkKeys",
  "putFinality",
  "close",
];

function revive(error: PlainError): Error {
  const { name, message, code, fix, stack } = error;
  const options = fix === undefined ? {} : { fix };
  const revived = new LocalError(
    code ?? (name === "EnclaveError" ? "ENCLAVE_REFUSED" : "EXECUTOR_FAILED"),
    message,
    options,
  );
  if (stack !== undefined) revived.stack = stack;
  return revived;
}

/** Starts the thread. `died` is called when it ends without having been closed. */
export function startExecutor(entry: URL, settings: ExecutorSettings, died: (error: Error) => void): ExecutorThread {
  const worker = new Worker(entry, { workerData: settings, execArgv: [] });
  const waiting = new Map<number, Waiting>();
  let failure: Error | undefined;
  let closed = false;
  let nextId = 1;

  const fail = (error: Error): void => {
    failure ??= error;
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
  };
  worker.on("message", (answer: ExecutorAnswer) => {
    const waiter = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiter === undefined) return;
    if ("ok" in answer) waiter.resolve(answer.ok);
    else waiter.reject(revive(answer.error));
  });
  worker.on("error", (cause) => {
    const error = new LocalError("EXECUTOR_DIED", "the executor thread ended with an error", { cause });
    fail(error);
    if (!closed) died(error);
  });
  worker.on("exit", () => {
    const error = new LocalError("EXECUTOR_DIED", "the executor thread has ended");
    fail(error);
    if (!closed) died(error);
  });

  const invoke = (method: ExecutorMethod, args: readonly unknown[]): Promise<unknown> => {
    if (failure !== undefined) return Promise.reject(failure);
    return new Promise((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, method, args });
    });
  };
  const api = Object.fromEntries(
    METHODS.map((method) => [method, (...args: unknown[]) => invoke(method, args)]),
  ) as unknown as AsyncExecutor;
  return {
    api,
    fail,
    async close() {
      if (closed) return;
      closed = true;
      if (failure === undefined) await api.close();
      await worker.terminate();
    },
  };
}
