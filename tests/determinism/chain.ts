/**
 * A whole chain without network: application, store and enclave over fixed keys, times and seeds, fed with signed blocks.
 * @module
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { BlockFinality, ExecTxResult, FinalizeBlockResponse, ValidatorUpdate } from "@enclavenet/abci";
import {
  type ChainApplication,
  createApplication,
  encodeValidatorSet,
  MemoryCodeStorage,
  STORE_NAMES,
} from "@enclavenet/chain";
import { utf8ToBytes } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import { nativeSecp256k1Verify } from "@enclavenet/crypto/native";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { createEnclave, softwareSealing } from "@enclavenet/enclave";
import type { Enclave } from "@enclavenet/enclave-api";
import { greet, inProcessEnclave, processEnclave, spawnEnclave } from "@enclavenet/enclave-host";
import { resultsHash } from "@enclavenet/light-client";
import { LmdbBackend, MemoryBackend, RootMultiStore } from "@enclavenet/store";
import { checkWasm } from "@enclavenet/wasm-engine";
import { type TestAccount, testAccount } from "../../packages/chain/test/support/accounts.ts";
import { appState } from "../../packages/chain/test/support/network.ts";
import { CHAIN_ID, GENESIS_HASH, TestChain } from "../../packages/enclave/test/support/chain.ts";
import { Random } from "./random.ts";

/** What one run is made of. */
export interface ChainForm {
  readonly seed: string;
  readonly enclave: "process" | "in-process";
  readonly store: "lmdb" | "memory";
  /** How an enclave in this process makes contract instances; the bundle pools them. */
  readonly instances: "pooled" | "fresh";
  /** The host's library for signatures. */
  readonly signatures: "native" | "wasm";
  /** An empty folder. */
  readonly folder: string;
  /** The enclave's bundle, for `process`. */
  readonly bundle: string;
  /** Flags of the enclave's process. */
  readonly flags: readonly string[];
}

export const primitives = createNodePrimitives();
export const ACCOUNTS: readonly TestAccount[] = [1, 2, 3, 4, 5, 6].map(testAccount);

const UNLIMITED_GAS = -1n;
const BLOCK_BYTES = 22_020_096n;

function validatorsOf({ validators }: TestChain): readonly ValidatorUpdate[] {
  return validators.validators.map(({ publicKey, votingPower: power }) => ({ publicKey, power }));
}

/** Makes the network's keys: the enclave's own code, with seeds out of the run's seed in place of random ones. */
function bearKeys(form: ChainForm, directory: string): void {
  mkdirSync(directory, { recursive: true });
  const random = new Random(`${form.seed}/network seeds`);
  const seeded = { ...primitives, randomBytes: (length: number) => random.bytes(length) };
  const storage = softwareSealing(seeded, directory, "development");
  const measurement = new Uint8Array(32);
  const program = createEnclave({ primitives: seeded, storage, networkClass: "development", measurement });
  const validatorSet = encodeValidatorSet(primitives, validatorsOf(new TestChain(primitives)));
  inProcessEnclave(program).call("createKeychain", {
    chainId: CHAIN_ID,
    validatorSet,
    policy: "",
    owner: new Uint8Array(32),
  });
}

interface RunningEnclave {
  readonly enclave: Enclave;
  close(): void;
}

/** The enclave over the keys in its folder. */
function openEnclave(form: ChainForm): RunningEnclave {
  const sealingDirectory = join(form.folder, "enclave");
  if (form.enclave === "in-process") {
    const storage = softwareSealing(primitives, sealingDirectory, "development");
    const { instances } = form;
    const measurement = new Uint8Array(32);
    const program = createEnclave({ primitives, storage, networkClass: "development", measurement, instances });
    return { enclave: inProcessEnclave(program), close: () => undefined };
  }
  const spawned = spawnEnclave({ bundle: form.bundle, sealingDirectory, nodeFlags: form.flags });
  const enclave = processEnclave(spawned);
  greet(enclave);
  return { enclave, close: () => spawned.close() };
}

/** What the host checks signatures with. */
function hostPrimitives({ signatures }: ChainForm): Primitives {
  if (signatures === "wasm") return primitives;
  const secp256k1Verify = nativeSecp256k1Verify();
  if (secp256k1Verify === undefined) throw new Error("there is no native libsecp256k1 for this machine");
  return { ...primitives, secp256k1Verify };
}

interface Running extends RunningEnclave {
  readonly app: ChainApplication;
}

/** What a block gave. */
export interface BlockOutcome {
  readonly height: bigint;
  readonly response: FinalizeBlockResponse;
  readonly resultsHash: Uint8Array;
}

/** The chain, at its tip. */
export class DeterminismChain {
  readonly ioPublicKey: Uint8Array;
  readonly #form: ChainForm;
  readonly #blocks = new TestChain(primitives);
  readonly #memory = new MemoryBackend();
  readonly #codes = new MemoryCodeStorage();
  #running: Running;
  #finality: BlockFinality | undefined;
  #appHash: Uint8Array;
  #lastResultsHash: Uint8Array = primitives.sha256(new Uint8Array(0));

  constructor(form: ChainForm) {
    this.#form = form;
    bearKeys(form, join(form.folder, "enclave"));
    this.#running = this.#open();
    const { ioPublicKey } = this.#running.enclave.call("status", {});
    if (ioPublicKey === undefined) throw new Error("the enclave has no keys");
    this.ioPublicKey = ioPublicKey;
    const { appHash } = this.app.initChain({
      timeNs: 1_700_000_000_000_000_000n,
      chainId: CHAIN_ID,
      consensusParams: { blockMaxBytes: BLOCK_BYTES, blockMaxGas: UNLIMITED_GAS },
      validators: validatorsOf(this.#blocks),
      appState: utf8ToBytes(JSON.stringify(appState(ACCOUNTS))),
      initialHeight: 1n,
      genesisHash: GENESIS_HASH,
    });
    this.#appHash = appHash;
  }

  get app(): ChainApplication {
    return this.#running.app;
  }

  #open(): Running {
    const form = this.#form;
    const { enclave, close } = openEnclave(form);
    // The memory backend outlives the application, as a disk does.
    const backend = form.store === "lmdb" ? new LmdbBackend({ path: join(form.folder, "state") }) : this.#memory;
    const app = createApplication({
      store: RootMultiStore.open({ backend, storeNames: STORE_NAMES }),
      enclave,
      finality: { finality: () => this.#finality as BlockFinality },
      codeChecker: { check: (wasm) => checkWasm(wasm, { supportedFeatures: ["random"], debugPrint: true }) },
      codeStorage: this.#codes,
      primitives: hostPrimitives(form),
    });
    const closeAll = (): void => {
      close();
      if (form.store === "lmdb") backend.close();
    };
    return { app, enclave, close: closeAll };
  }

  /** Ends application and enclave and starts them anew: nothing that they remember may matter. */
  restart(): void {
    this.#running.close();
    this.#running = this.#open();
  }

  /** Executes and commits a block of `txs`. */
  block(txs: readonly Uint8Array[]): BlockOutcome {
    const block = this.#blocks.build(txs, {
      header: { appHash: this.#appHash, lastResultsHash: this.#lastResultsHash },
    });
    const { header, hash, request } = block;
    this.#finality = request;
    const response = this.app.finalizeBlock({
      height: header.height,
      timeNs: header.timeNs,
      hash,
      txs,
      proposerAddress: header.proposerAddress,
      nextValidatorsHash: header.nextValidatorsHash,
      decidedLastCommit: { round: 0, votes: [] },
    });
    this.app.commit();
    this.#blocks.adopt(block);
    this.#appHash = response.appHash;
    this.#lastResultsHash = resultsHash(primitives, response.txResults);
    return { height: header.height, response, resultsHash: this.#lastResultsHash };
  }

  close(): void {
    this.#running.close();
  }
}

/** Digest of everything that a transaction's result says, beyond what the results hash covers. */
export function resultDigest(result: ExecTxResult): Uint8Array {
  const text = JSON.stringify(result, (_key, value: unknown) => {
    if (typeof value === "bigint") return `${value}`;
    return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
  });
  return primitives.sha256(utf8ToBytes(text));
}
