/**
 * Entry of the executor thread: builds the state machine over its store and the enclave's blocking channel, and answers the
 * main thread one call at a time. While a call waits for the enclave, CheckTx of other transactions runs; between two
 * transactions of a block, queries do.
 * @module
 */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { type ChainApplication, createApplication, STORE_NAMES } from "@enclavenet/chain";
import { LocalError } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import { nativeSecp256k1Verify } from "@enclavenet/crypto/native";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { KeychainState } from "@enclavenet/enclave-api";
import { CallClock, greet, processEnclave } from "@enclavenet/enclave-host";
import { LmdbBackend, RootMultiStore } from "@enclavenet/store";
import { checkWasm } from "@enclavenet/wasm-engine";
import { createLogger } from "../logger.ts";
import { fileCodeStorage } from "./file-code-storage.ts";
import { FinalityMailbox } from "./finality-mailbox.ts";
import { Lane } from "./lane.ts";
import type { ExecutorCall, ExecutorMethods } from "./protocol.ts";
import type { ExecutorSettings } from "./settings.ts";

/** Contract features that this network offers (spec 03 §1.1). */
const SUPPORTED_FEATURES = ["staking", "stargate", "ibc3", "random"];

/** What the thread is started with. */
interface ThreadData {
  readonly settings: ExecutorSettings;
  readonly checks: MessagePort;
  readonly queries: MessagePort;
}

/** CheckTx calls per wait for the enclave: about what fits into one, so that a flood of them holds up no block. */
const CHECKS_PER_WAIT = 2;

/** Queries between two transactions. */
const QUERIES_PER_PAUSE = 4;

interface Executor extends ExecutorMethods {
  readonly application: ChainApplication;
}

/** Native code where the platform has it: the host's signature checks are no secret, and no part of the enclave. */
function hostPrimitives(): Primitives {
  const primitives = createNodePrimitives();
  return { ...primitives, secp256k1Verify: nativeSecp256k1Verify() ?? primitives.secp256k1Verify };
}

/** What the state machine lets others do meanwhile. */
interface Pauses {
  /** The enclave works, this thread waits. */
  waiting(): void;
  /** No transaction is half done. */
  betweenTransactions(): void;
}

function createExecutor(settings: ExecutorSettings, pauses: Pauses): Executor {
  const enclave = processEnclave({
    readFd: settings.enclaveReadFd,
    writeFd: settings.enclaveWriteFd,
    clock: new CallClock(settings.callClock),
    hooks: { waiting: pauses.waiting },
  });
  const hello = greet(enclave);
  const finality = new FinalityMailbox();
  const backend = new LmdbBackend({ path: settings.stateDirectory });
  let application: ChainApplication;
  try {
    const store = RootMultiStore.open({ backend, storeNames: STORE_NAMES, pruning: settings.pruning });
    application = createApplication({
      store,
      enclave,
      finality,
      codeChecker: { check: (wasm) => checkWasm(wasm, { supportedFeatures: SUPPORTED_FEATURES, debugPrint: true }) },
      codeStorage: fileCodeStorage(settings.codeDirectory),
      primitives: hostPrimitives(),
      logger: createLogger(settings.logLevel).child("chain"),
      minGasPrices: settings.minGasPrices,
      version: settings.version,
      betweenTransactions: pauses.betweenTransactions,
    });
  } catch (error) {
    backend.close();
    throw error;
  }
  return {
    application,
    enclaveStatus: () => ({ hello, status: enclave.call("status", {}) }),
    networkKeys() {
      const { keychain, ioPublicKey, seedExchangePublicKey } = enclave.call("status", {});
      if (keychain === KeychainState.empty) return enclave.call("createKeychain", {});
      if (ioPublicKey === undefined || seedExchangePublicKey === undefined) {
        throw new LocalError("ENCLAVE_STATUS", "the enclave does not show its public keys");
      }
      return { ioPublicKey, seedExchangePublicKey };
    },
    putFinality: (height, evidence) => finality.put(height, evidence),
    close: () => backend.close(),
  };
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
  executor ??= createExecutor(settings, {
    waiting: () => checkLane.workAhead(CHECKS_PER_WAIT),
    betweenTransactions: () => queryLane.workAhead(QUERIES_PER_PAUSE),
  });
  return run(executor, call);
};
const checkLane = new Lane(checks, runCall);
const queryLane = new Lane(queries, runCall);
new Lane(port, runCall);
