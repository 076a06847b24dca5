/**
 * A chain with its enclave in this process, every step of which is traced: one transaction a block, queries between.
 * @module
 */
import type { BlockFinality, ExecTxResult } from "@enclavenet/abci";
import {
  type ChainApplication,
  createApplication,
  encodeValidatorSet,
  MemoryCodeStorage,
  STORE_NAMES,
} from "@enclavenet/chain";
import { toHex, utf8ToBytes } from "@enclavenet/common";
import { encryptMessage, SecretBytes } from "@enclavenet/crypto";
import { createEnclave } from "@enclavenet/enclave";
import { inProcessEnclave } from "@enclavenet/enclave-host";
import { resultsHash } from "@enclavenet/light-client";
import { secretCompute as compute, create, encode } from "@enclavenet/proto";
import { MemoryBackend, RootMultiStore } from "@enclavenet/store";
import { checkWasm } from "@enclavenet/wasm-engine";
import {
  type message,
  primitives,
  signedTx,
  type TestAccount,
  testAccount,
} from "../../packages/chain/test/support/accounts.ts";
import { appState } from "../../packages/chain/test/support/network.ts";
import { CHAIN_ID, GENESIS_HASH, TestChain } from "../../packages/enclave/test/support/chain.ts";
import { memoryStorage } from "../../packages/enclave/test/support/memory-storage.ts";
import { traceStores } from "./store-trace.ts";
import type { Trace, TraceEvent } from "./trace.ts";

export const USERS: readonly TestAccount[] = [1, 2].map(testAccount);
/** No transaction at all: it marks the end of the one before. */
const END = Uint8Array.of(0xff);

export type Message = ReturnType<typeof message>;

export interface Delivered {
  readonly result: ExecTxResult;
  readonly events: readonly TraceEvent[];
  readonly bytes: number;
}

/** Seeds that never change: gas depends on the lengths of what they make, and the golden file on nothing else. */
function countedBytes(): (length: number) => Uint8Array {
  let count = 0;
  return (length) => {
    count++;
    return primitives.sha256(utf8ToBytes(`gas ${count}`)).slice(0, length);
  };
}

export class TracedChain {
  readonly #trace: Trace;
  readonly #blocks = new TestChain(primitives);
  readonly #app: ChainApplication;
  readonly #ioPublicKey: Uint8Array;
  readonly #sequences = new Map<TestAccount, bigint>();
  #finality: BlockFinality | undefined;
  #appHash: Uint8Array;
  #lastResultsHash: Uint8Array = primitives.sha256(new Uint8Array(0));
  #nonce = 0;

  constructor(trace: Trace) {
    this.#trace = trace;
    const seeded = { ...primitives, randomBytes: countedBytes() };
    const settings = {
      storage: memoryStorage(),
      networkClass: "development",
      measurement: new Uint8Array(32),
    } as const;
    const enclave = inProcessEnclave(createEnclave({ primitives: seeded, ...settings }));
    const validators = this.#blocks.validators.validators.map(({ publicKey, votingPower: power }) => ({
      publicKey,
      power,
    }));
    const validatorSet = encodeValidatorSet(primitives, validators);
    this.#ioPublicKey = enclave.call("createKeychain", {
      chainId: CHAIN_ID,
      validatorSet,
      policy: "",
      owner: new Uint8Array(32),
    }).ioPublicKey;
    const store = RootMultiStore.open({ backend: new MemoryBackend(), storeNames: STORE_NAMES });
    this.#app = createApplication({
      store: traceStores(store, trace.operation),
      enclave: trace.watchEnclave(enclave),
      finality: { finality: () => this.#finality as BlockFinality },
      codeChecker: { check: (wasm) => checkWasm(wasm, { supportedFeatures: ["random"] }) },
      codeStorage: new MemoryCodeStorage(),
      primitives,
      stateProofs: "off",
      betweenTransactions: () => trace.begin(),
    });
    this.#appHash = this.#app.initChain({
      timeNs: 1_700_000_000_000_000_000n,
      chainId: CHAIN_ID,
      consensusParams: { blockMaxBytes: 22_020_096n, blockMaxGas: -1n },
      validators,
      appState: utf8ToBytes(JSON.stringify(appState(USERS))),
      initialHeight: 1n,
      genesisHash: GENESIS_HASH,
    }).appHash;
  }

  /** The encrypted form of a message to a contract. */
  encrypt(sender: TestAccount, codeHash: Uint8Array, text: string): Uint8Array {
    const nonce = primitives.sha256(utf8ToBytes(`nonce ${++this.#nonce}`));
    const clientPrivateKey = SecretBytes.take(primitives.sha256(sender.address));
    const keys = { clientPrivateKey, ioPublicKey: this.#ioPublicKey, nonce };
    return encryptMessage(primitives, keys, { codeHash: toHex(codeHash), json: text });
  }

  /** A block with one transaction. */
  deliver(signer: TestAccount, messages: Message[], gas: bigint): Delivered {
    const sequence = this.#sequences.get(signer) ?? 0n;
    this.#sequences.set(signer, sequence + 1n);
    const accountNumber = BigInt(USERS.indexOf(signer));
    const fee = [{ denom: "uscrt", amount: "1000000" }];
    const tx = signedTx({ messages, signer, accountNumber, sequence, chainId: CHAIN_ID, gas, fee });
    const block = this.#blocks.build([tx, END], {
      header: { appHash: this.#appHash, lastResultsHash: this.#lastResultsHash },
    });
    const { header, hash, request } = block;
    this.#finality = request;
    const first = this.#trace.parts.length;
    const { txResults, appHash } = this.#app.finalizeBlock({
      ...{ height: header.height, timeNs: header.timeNs, hash, txs: [tx, END] },
      ...{ proposerAddress: header.proposerAddress, nextValidatorsHash: header.nextValidatorsHash },
      decidedLastCommit: { round: 0, votes: [] },
    });
    this.#trace.end();
    this.#app.commit();
    this.#blocks.adopt(block);
    this.#appHash = appHash;
    this.#lastResultsHash = resultsHash(primitives, txResults);
    const events = this.#trace.parts[first] as readonly TraceEvent[];
    return { result: txResults[0] as ExecTxResult, events, bytes: tx.length };
  }

  /** A query from outside. */
  query(contractAddress: string, query: Uint8Array): { readonly code: number; readonly events: readonly TraceEvent[] } {
    const schema = compute.QuerySecretContractRequestSchema;
    const data = encode(schema, create(schema, { contractAddress, query }));
    this.#trace.begin();
    const path = "/secret.compute.v1beta1.Query/QuerySecretContract";
    const { code } = this.#app.query({ path, data, height: 0n, prove: false });
    this.#trace.end();
    return { code, events: this.#trace.parts.at(-1) as readonly TraceEvent[] };
  }
}

/** Address of the contract that a transaction made. */
export function addressIn(result: ExecTxResult): string {
  const attributes = result.events.flatMap((event) => event.attributes);
  const found = attributes.find(({ key }) => key === "contract_address");
  if (result.code !== 0 || found === undefined) throw new Error(`no contract was made: ${result.log}`);
  return found.value;
}
