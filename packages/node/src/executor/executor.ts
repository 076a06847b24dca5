/**
 * The state machine of a node: the application over its store, its code files and an enclave. Synchronous; the executor
 * thread runs it in nodes, tools and tests run it where they are.
 * @module
 */
import { type ChainApplication, createApplication, STORE_NAMES } from "@enclavenet/chain";
import type { Logger } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import { nativeSecp256k1Verify, publicSha256 } from "@enclavenet/crypto/native";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { type EcallResponse, type Enclave, KeychainState, StateProofs } from "@enclavenet/enclave-api";
import { greet } from "@enclavenet/enclave-host";
import { LmdbBackend, type Pruning, RootMultiStore } from "@enclavenet/store";
import { checkWasm } from "@enclavenet/wasm-engine";
import { durableEnclave } from "./durable-enclave.ts";
import { fileCodeStorage } from "./file-code-storage.ts";
import { FinalityMailbox } from "./finality-mailbox.ts";
import { bornNetwork, evidenceTerms } from "./network-birth.ts";
import type { ExecutorMethods } from "./protocol.ts";

/** Contract features that this network offers (spec 03 §1.1). */
const SUPPORTED_FEATURES = ["staking", "stargate", "ibc3", "random"];

/** What a state machine is built from. */
export interface ExecutorParts {
  readonly enclave: Enclave;
  /** Folder of the enclave's sealed files. */
  readonly sealingDirectory: string;
  /** LMDB folder of the application state. */
  readonly stateDirectory: string;
  /** Folder of contract code. */
  readonly codeDirectory: string;
  readonly minGasPrices: string;
  /** Whether a chain that begins here has its state proven to the enclave. */
  readonly stateProofs: keyof typeof StateProofs;
  readonly version: string;
  readonly logger: Logger;
  /** "nothing" keeps every version. */
  readonly pruning: Pruning;
  /** Called while a block executes, where no transaction is half done. */
  readonly betweenTransactions?: () => void;
}

/** The application and what the executor answers beside its methods. */
export interface Executor extends ExecutorMethods {
  readonly application: ChainApplication;
}

/** Native code where the platform has it: the host's signature checks are no secret, and no part of the enclave. */
function hostPrimitives(): Primitives {
  const primitives = createNodePrimitives();
  const secp256k1Verify = nativeSecp256k1Verify() ?? primitives.secp256k1Verify;
  return { ...primitives, sha256: publicSha256, secp256k1Verify };
}

/** A keychain that came with its network keeps that network's setting. */
function boundProofs(enclave: Enclave): ExecutorParts["stateProofs"] | undefined {
  const { keychain, stateProofs } = enclave.call("status", {});
  if (keychain !== KeychainState.bound) return undefined;
  return stateProofs === StateProofs.all ? "all" : "off";
}

function openApplication(
  parts: ExecutorParts,
  enclave: Enclave,
  hello: EcallResponse<"hello">,
  backend: LmdbBackend,
  finality: FinalityMailbox,
): ChainApplication {
  const { betweenTransactions } = parts;
  const primitives = hostPrimitives();
  return createApplication({
    store: RootMultiStore.open({ backend, storeNames: STORE_NAMES, pruning: parts.pruning }),
    enclave,
    finality,
    codeChecker: { check: (wasm) => checkWasm(wasm, { supportedFeatures: SUPPORTED_FEATURES, debugPrint: true }) },
    codeStorage: fileCodeStorage(parts.codeDirectory),
    primitives,
    evidenceTerms: evidenceTerms(hello, primitives),
    logger: parts.logger,
    minGasPrices: parts.minGasPrices,
    stateProofs: boundProofs(enclave) ?? parts.stateProofs,
    version: parts.version,
    ...(betweenTransactions === undefined ? {} : { betweenTransactions }),
  });
}

/** Opens the store and builds the application on it. */
export function createExecutor(parts: ExecutorParts): Executor {
  const enclave = durableEnclave(parts.enclave, parts.sealingDirectory);
  const hello = greet(enclave);
  const finality = new FinalityMailbox();
  const backend = new LmdbBackend({ path: parts.stateDirectory });
  let application: ChainApplication;
  try {
    application = openApplication(parts, enclave, hello, backend, finality);
  } catch (error) {
    backend.close();
    throw error;
  }
  return {
    application,
    enclaveStatus: () => ({ hello, status: enclave.call("status", {}) }),
    bornNetwork: (plan) => bornNetwork({ enclave, hello }, hostPrimitives(), plan),
    queryMethods: () => application.queryMethods(),
    putFinality: (height, evidence) => finality.put(height, evidence),
    close: () => backend.close(),
  };
}
