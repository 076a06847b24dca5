/**
 * The executor thread as the main thread sees it: asynchronous calls, answered in order.
 * @module
 */
import { MessageChannel, Worker } from "node:worker_threads";
import { LocalError } from "@enclavenet/common";
import { breaksChannel } from "@enclavenet/enclave-host";
import { Outbox } from "./outbox.ts";
import {
  EXECUTOR_METHODS,
  type ExecutorAnswer,
  type ExecutorApi,
  type ExecutorMethod,
  type LaneName,
  laneOf,
  type PlainError,
} from "./protocol.ts";
import type { ExecutorSettings } from "./settings.ts";
import { unpackAnswer } from "./transit.ts";

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
  readonly method: ExecutorMethod;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

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

/** Starts the thread. `died` is called when it ends without having been closed, and when its channel to the enclave is broken. */
export function startExecutor(entry: URL, settings: ExecutorSettings, died: (error: Error) => void): ExecutorThread {
  const checks = new MessageChannel();
  const queries = new MessageChannel();
  const worker = new Worker(entry, {
    workerData: { settings, checks: checks.port2, queries: queries.port2 },
    transferList: [checks.port2, queries.port2],
    execArgv: [],
  });
  const waiting = new Map<number, Waiting>();
  let failure: Error | undefined;
  let closed = false;
  let nextId = 1;

  const fail = (error: Error): void => {
    failure ??= error;
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
  };
  const settle = (answers: readonly ExecutorAnswer[]): void => {
    for (const answer of answers) {
      const waiter = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiter === undefined) continue;
      if ("ok" in answer) waiter.resolve(unpackAnswer(waiter.method, answer.ok));
      else refuse(waiter, revive(answer.error));
    }
  };
  const refuse = (waiter: Waiting, error: Error): void => {
    waiter.reject(error);
    // Whoever asked may go on without an answer; a node whose enclave nobody can ask any more may not.
    if (breaksChannel(error) && !closed) died(error);
  };
  const lanes: Readonly<Record<LaneName, Outbox>> = {
    consensus: new Outbox(worker),
    checks: new Outbox(checks.port1),
    queries: new Outbox(queries.port1),
  };
  for (const port of [worker, checks.port1, queries.port1]) port.on("message", settle);
  worker.on("error", (cause) => {
    const error = new LocalError("EXECUTOR_DIED", "the executor thread ended with an error", { cause });
    fail(error);
    if (!closed) died(error);
  });
  worker.on("exit", () => {
    const error = new LocalError("EXECUTOR_DIED", "the executor thread has ended");
    checks.port1.close();
    queries.port1.close();
    fail(error);
    if (!closed) died(error);
  });

  const invoke = (method: ExecutorMethod, args: readonly unknown[]): Promise<unknown> => {
    if (failure !== undefined) return Promise.reject(failure);
    return new Promise((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, { method, resolve, reject });
      lanes[laneOf(method)].send({ id, method, args });
    });
  };
  const api = Object.fromEntries(
    EXECUTOR_METHODS.map((method) => [method, (...args: unknown[]) => invoke(method, args)]),
  ) as unknown as AsyncExecutor;
  return {
    api,
    fail,
    async close() {
      if (closed) return;
      closed = true;
      try {
        if (failure === undefined) await api.close();
      } finally {
        // A thread that lives on would keep the node alive.
        await worker.terminate();
      }
    },
  };
}
