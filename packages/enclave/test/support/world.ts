/**
 * A network of one enclave with the counter contract in it, ready for honest calls and for attacks.
 * @module
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { toHex } from "@enclavenet/common";
import { contractAddress, type Primitives } from "@enclavenet/crypto";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import {
  type ContractKey,
  type ContractResult,
  type EcallRequest,
  type EcallResponse,
  type Enclave,
  type OcallHandlers,
  PROTOCOL_VERSION,
} from "@enclavenet/enclave-api";
import { encodeBech32 } from "@enclavenet/wire";
import { type createEnclave, type NetworkClass, type SealedStorage, softwareAttestation } from "../../src/index.ts";
import {
  type BlockOptions,
  bindEnclave,
  executeMsg,
  instantiateMsg,
  signTx,
  TestChain,
  TestHost,
  type TxOptions,
  testPolicy,
  User,
} from "./chain.ts";
import { enclaveOf, type RemoteProgram, storageOf } from "./enclave-of.ts";
import { memoryStorage } from "./memory-storage.ts";
import type { ProvenRecordStore } from "./proven-records.ts";

const counterWasm = new Uint8Array(
  readFileSync(fileURLToPath(new URL("../../../../contracts/artifacts/counter.wasm", import.meta.url))),
);

/** Wasm gas limit of test calls. */
export const GAS = 1_000_000_000n;

/** Of the enclaves of a world. */
export const MEASUREMENT = new Uint8Array(32);

/** A network's policy, or how it follows from the measurement of the program that begins it. */
type Policy = string | ((measurement: Uint8Array, chain: TestChain) => string);

export interface Contract {
  readonly address: Uint8Array;
  readonly key: ContractKey;
}

/** A contract that was made just now. */
export interface Made extends Contract {
  readonly adminProof: Uint8Array;
  readonly result: ContractResult;
}

export interface ExecuteOptions {
  readonly tx?: TxOptions;
  readonly request?: Partial<EcallRequest<"execute">>;
  readonly handlers?: Partial<OcallHandlers>;
  readonly block?: BlockOptions;
}

export class World {
  readonly primitives: Primitives = createNodePrimitives();
  readonly chain: TestChain;
  readonly host = new TestHost();
  readonly alice: User;
  readonly bob: User;
  readonly codeHash: Uint8Array;
  readonly sealed: Map<string, Uint8Array>;
  readonly #create: typeof createEnclave;
  readonly #start: (() => Enclave) | undefined;
  /** Headers carry the app hash of the host's records. */
  readonly #proven: boolean;
  enclave: Enclave;
  #program: ReturnType<typeof createEnclave> | RemoteProgram | undefined;
  readonly ioPublicKey: Uint8Array;
  /** Of the network, from birth. */
  readonly policy: string;
  /** What evidence names the world's program by. */
  readonly measurement: Uint8Array;

  /** `start` replaces the in-process enclave over memory, for example by one in its own process. */
  constructor(
    create: typeof createEnclave,
    options: { validators?: number; start?: () => Enclave; stateProofs?: boolean; policy?: Policy } = {},
  ) {
    this.#create = create;
    this.#start = options.start;
    this.sealed = new Map();
    this.chain = new TestChain(this.primitives, options.validators);
    this.alice = new User(this.primitives, "alice");
    this.bob = new User(this.primitives, "bob");
    this.codeHash = this.primitives.sha256(counterWasm);
    this.host.codes.set(toHex(this.codeHash), counterWasm);
    this.enclave = this.start();
    const { policy } = options;
    const { measurement } = this.enclave.call("hello", { protocolVersion: PROTOCOL_VERSION });
    this.policy = typeof policy === "function" ? policy(measurement, this.chain) : (policy ?? testPolicy(this.chain));
    this.measurement = measurement;
    this.ioPublicKey = bindEnclave(this.enclave, this.chain, options.stateProofs, this.policy);
    this.#proven = options.stateProofs ?? false;
  }

  /** Another enclave over the same sealed state, or over other. */
  readonly createProgram = (networkClass: NetworkClass, sealed = this.sealed) =>
    this.#create({
      primitives: createNodePrimitives(),
      storage: memoryStorage(sealed),
      networkClass,
      measurement: MEASUREMENT,
      attestation: softwareAttestation(this.primitives, MEASUREMENT),
    });

  /** What the enclave has sealed, as its host reads it who has the software enclave's key. */
  get storage(): SealedStorage {
    if (this.#program === undefined) throw new Error("this world was given its enclave, without its records");
    return storageOf(this.#program, this.sealed);
  }

  /** Restarts the enclave over its sealed state. */
  start(): Enclave {
    if (this.#start !== undefined) this.enclave = this.#start();
    else {
      this.#program = this.createProgram("development");
      this.enclave = enclaveOf(this.#program);
    }
    return this.enclave;
  }

  /** Verifies and opens the next block. */
  begin(txs: readonly Uint8Array[], options: BlockOptions = {}): void {
    const header = this.#proven ? { appHash: this.proofs.appHash, ...options.header } : (options.header ?? {});
    const block = this.chain.build(txs, { ...options, header });
    this.enclave.call("beginBlock", block.request);
    this.chain.adopt(block);
  }

  get proofs(): ProvenRecordStore {
    return this.host.proofs;
  }

  /** Text of an address. */
  bech32(address: Uint8Array): string {
    return encodeBech32("secret", address);
  }

  end(): void {
    this.enclave.call("endBlock", { height: this.chain.height });
    if (this.#proven) this.proofs.commit(this.host);
  }

  encrypt(user: User, msg: unknown): Uint8Array {
    return user.encrypt(this.ioPublicKey, this.codeHash, msg);
  }

  origin(txIndex = 0, msgIndex = 0): EcallRequest<"execute">["origin"] {
    return { txIndex, msgIndex, callback: undefined, accountNumber: 5n };
  }

  /** A counter made by alice in a block of its own. */
  instantiate(n: number, count = 5, admin = ""): Made {
    const msg = this.encrypt(this.alice, { count });
    this.begin([signTx(this.alice, [instantiateMsg(this.alice.address, msg, `contract ${n}`, admin)])]);
    const contract = this.runInstantiate(n, this.codeHash);
    this.end();
    return contract;
  }

  /** Runs alice's instantiation at a position of the open block, as that of contract number `n`. */
  runInstantiate(n: number, codeHash: Uint8Array, origin = this.origin()): Made {
    const address = contractAddress(this.primitives, 1n, BigInt(n), this.alice.address);
    const made = this.enclave.call(
      "instantiate",
      { origin, instanceId: BigInt(n), codeHash, gasLimit: GAS },
      this.host.handlers(address),
    );
    const { adminProof, result } = made;
    const key = { og: made.contractKey, current: undefined, proof: undefined };
    this.host.apply(address, result.writes);
    this.host.note(address, key, adminProof, BigInt(n) + 1n);
    return { address, key, adminProof, result };
  }

  /** Opens a block with one execute message and runs it; the block stays open. */
  execute(
    user: User,
    contract: Contract,
    msg: unknown,
    options: ExecuteOptions = {},
  ): { readonly message: Uint8Array } & EcallResponse<"execute"> {
    const message = this.encrypt(user, msg);
    const tx = signTx(
      user,
      [executeMsg({ sender: user.address, contract: contract.address, msg: message })],
      options.tx,
    );
    this.begin([tx], options.block);
    const response = this.run(contract, options);
    this.host.apply(contract.address, response.result.writes);
    return { message, ...response };
  }

  /** Opens a block with one transaction of bob per message; the returned function runs one of them. */
  executeInOneBlock(
    contract: Contract,
    messages: readonly unknown[],
  ): (txIndex: number, handlers?: Partial<OcallHandlers>) => EcallResponse<"execute"> {
    const { bob } = this;
    const sealed = messages.map((msg) => this.encrypt(bob, msg));
    this.begin(
      sealed.map((msg) => signTx(bob, [executeMsg({ sender: bob.address, contract: contract.address, msg })])),
    );
    return (txIndex, handlers) => {
      const origin = this.origin(txIndex);
      const response = this.run(contract, { request: { origin }, ...(handlers === undefined ? {} : { handlers }) });
      this.host.apply(contract.address, response.result.writes);
      return response;
    };
  }

  /** Runs the message at the first position of the open block. */
  run(contract: Contract, options: ExecuteOptions = {}): EcallResponse<"execute"> {
    return this.enclave.call(
      "execute",
      {
        origin: this.origin(),
        codeHash: this.codeHash,
        contractKey: contract.key,
        gasLimit: GAS,
        hints: [],
        sdkGasRemaining: 10_000_000n,
        ...options.request,
      },
      this.host.handlers(contract.address, options.handlers),
    );
  }

  /** Asks the contract as bob; the answer's JSON. */
  query(
    contract: Contract,
    msg: unknown,
    options: { request?: Partial<EcallRequest<"query">>; handlers?: Partial<OcallHandlers> } = {},
  ): unknown {
    const query = this.encrypt(this.bob, msg);
    const header = this.chain.last?.header;
    const { data } = this.enclave.call(
      "query",
      {
        contractAddress: contract.address,
        codeHash: this.codeHash,
        contractKey: contract.key,
        query,
        height: header?.height ?? 0n,
        timeNs: header?.timeNs ?? 0n,
        depth: 1,
        gasLimit: GAS,
        ...options.request,
      },
      this.host.handlers(contract.address, options.handlers),
    );
    const opened = this.bob.open(this.ioPublicKey, query, data ?? new Uint8Array(0));
    return opened === undefined ? undefined : JSON.parse(new TextDecoder().decode(opened));
  }
}
