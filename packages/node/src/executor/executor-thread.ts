/**
 * Entry of the executor thread: builds the state machine over the enclave's blocking channel, and answers the main thread
 * one call at a time. While a call waits for the enclave, CheckTx of other transactions runs; between two
 * transactions of a block, queries do.
 * @module
 */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { LocalError } from "@enclavenet/common";
import { CallClock, processEnclave } from "@enclavenet/enclave-host";
import { createLogger } from "../logger.ts";
import { createExecutor, type Executor } from "./executor.ts";
import { Lane } from "./lane.ts";
import type { ExecutorCall } from "./protocol.ts";
import type { ExecutorSettings } from "./settings.ts";
import { packAnswer } from "./transit.ts";

/** What the thread is started with. */
interface ThreadData {
  readonly settings: ExecutorSettings;
  readonly checks: MessagePort;
  readonly queries: MessagePort;
}

/** CheckTx calls per wait for the enclave: about what fits into one, so that a flood of them holds up no block. */
const CHECKS_PER_WAIT = 4;

/** Queries between two transactions. */
const QUERIES_PER_PAUSE = 4;

/** What the state machine lets others do meanwhile. */
interface Pauses {
  /** The enclave works, this thread waits. */
  waiting(): void;
  /** No transaction is half done. */
  betweenTransactions(): void;
}

function openExecutor(settings: ExecutorSettings, { waiting, betweenTransactions }: Pauses): Executor {
  const enclave = processEnclave({
    readFd: settings.enclaveReadFd,
    writeFd: settings.enclaveWriteFd,
    clock: new CallClock(settings.callClock),
    hooks: { waiting },
  });
  const logger = createLogger(settings.logLevel).child("chain");
  return createExecutor({ ...settings, enclave, logger, betweenTransactions });
}

function run(executor: Executor, { method, args }: ExecutorCall): unknown {
  const owner = (method in executor ? executor : executor.application) as unknown as Record<
    string,
    (...values: readonly unknown[]) => unknown
  >;
  return owner[method]?.(...args);
}

const port = parentPort;
if (port === null) throw new LocalError("EXECUTOR_THREAD", "the executor runs in a worker thread only");
const { settings, checks, queries } = workerData as ThreadData;
let executor: Executor | undefined;
const runCall = (call: ExecutorCall): unknown => {
  // What could not be opened has nothing to close.
  if (executor === undefined && call.method === "close") return undefined;
  executor ??= openExecutor(settings, {
    waiting: () => checkLane.workAhead(CHECKS_PER_WAIT),
    betweenTransactions: () => queryLane.workAhead(QUERIES_PER_PAUSE),
  });
  return packAnswer(call, run(executor, call));
};
const checkLane = new Lane(checks, runCall);
const queryLane = new Lane(queries, runCall);
new Lane(port, runCall);
