/**
 * A whole chain without network: application, store and enclave over fixed keys, times and seeds, fed with signed blocks.
 * @module
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { BlockFinality, ExecTxResult, FinalizeBlockResponse } from "@enclavenet/abci";
import { type ChainApplication, createApplication, MemoryCodeStorage, STORE_NAMES } from "@enclavenet/chain";
import { utf8ToBytes } from "@enclavenet/common";
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

/** Makes the network's keys: the enclave's own code, with seeds out of the run's seed in place of random ones. */
function bearKeys(form: ChainForm, directory: string): void {
  const random = new Random(`${form.seed}/network seeds`);
  const seeded = { ...primitives, randomBytes: (length: number) => random.bytes(length) };
  const storage = softwareSealing(seeded, directory, "development");
  const measurement = new Uint8Array(32);
  const program = createEnclave({ primitives: seeded, storage, networkClass: "development", measurement });
  inProcessEnclave(program).call("createKeychain", {});
}

interface RunningEnclave {
  readonly enclave: Enclave;
  close(): void;
}

function openEnclave(form: ChainForm): RunningEnclave {
  const sealingDirectory = join(form.folder, "enclave");
  mkdirSync(sealingDirectory, { recursive: true });
  bearKeys(form, sealingDirectory);
  if (form.enclave === "in-process") {
    const storage = softwareSealing(primitives, sealingDirectory, "development");
    const measurement = new Uint8Array(32);
    const program = createEnclave({ primitives, storage, networkClass: "development", measurement });
    return { enclave: inProcessEnclave(program), close: () => undefined };
  }
  const spawned = spawnEnclave({ bundle: form.bundle, sealingDirectory, nodeFlags: form.flags });
  const enclave = processEnclave(spawned);
  greet(enclave);
  return { enclave, close: () => spawned.close() };
}

/** What a block gave. */
export interface BlockOutcome {
  readonly height: bigint;
  readonly response: FinalizeBlockResponse;
  readonly resultsHash: Uint8Array;
}

/** The chain, at its tip. */
export class DeterminismChain {
  readonly app: ChainApplication;
  readonly ioPublicKey: Uint8Array;
  readonly #blocks = new TestChain(primitives);
  readonly #store: RootMultiStore;
  readonly #enclave: RunningEnclave;
  #finality: BlockFinality | undefined;
  #appHash: Uint8Array;
  #lastResultsHash: Uint8Array = primitives.sha256(new Uint8Array(0));

  constructor(form: ChainForm) {
    this.#enclave = openEnclave(form);
    const { enclave } = this.#enclave;
    const { ioPublicKey, seedExchangePublicKey } = enclave.call("status", {});
    if (ioPublicKey === undefined || seedExchangePublicKey === undefined) throw new Error("the enclave has no keys");
    this.ioPublicKey = ioPublicKey;
    const backend = form.store === "lmdb" ? new LmdbBackend({ path: join(form.folder, "state") }) : new MemoryBackend();
    this.#store = RootMultiStore.open({ backend, storeNames: STORE_NAMES });
    this.app = createApplication({
      store: this.#store,
      enclave,
      finality: { finality: () => this.#finality as BlockFinality },
      codeChecker: { check: (wasm) => checkWasm(wasm, { supportedFeatures: ["random"], debugPrint: true }) },
      codeStorage: new MemoryCodeStorage(),
      primitives,
    });
    const [first] = this.#blocks.validators.validators;
    if (first === undefined) throw new Error("no validators");
    const { appHash } = this.app.initChain({
      timeNs: 1_700_000_000_000_000_000n,
      chainId: CHAIN_ID,
      consensusParams: { blockMaxBytes: BLOCK_BYTES, blockMaxGas: UNLIMITED_GAS },
      validators: this.#blocks.validators.validators.map(({ publicKey, votingPower: power }) => ({ publicKey, power })),
      appState: utf8ToBytes(JSON.stringify(appState(ACCOUNTS))),
      initialHeight: 1n,
      genesisHash: GENESIS_HASH,
    });
    this.#appHash = appHash;
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
    this.#enclave.close();
    this.#store.close();
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
