/**
 * A chain in one process over a memory store and a scripted enclave: genesis, blocks, queries.
 * @module
 */
import type { DescMessage, MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { ExecTxResult, FinalizeBlockResponse, QueryResponse } from "@enclavenet/abci";
import {
  type ApplicationOptions,
  type ChainApplication,
  createApplication,
  type JsonValue,
  MemoryCodeStorage,
} from "@enclavenet/chain";
import { bytesToUtf8, toBase64, utf8ToBytes } from "@enclavenet/common";
import { cosmosAuth, cosmosBank, create, decode, encode } from "@enclavenet/proto";
import { MemoryBackend } from "@enclavenet/store";
import {
  CHAIN_ID,
  type message,
  primitives,
  signedTx,
  type TestAccount,
  type TxOptions,
  testAccount,
} from "./accounts.ts";
import { FakeEnclave } from "./fake-enclave.ts";
import { memoryStore } from "./store.ts";

export const IO_KEY = new Uint8Array(32).fill(1);
export const NODE_KEY = new Uint8Array(32).fill(2);
export const VALIDATOR = { publicKey: new Uint8Array(32).fill(9), power: 10n };
export const START_NS = 1_700_000_000_123_456_789n;
const BLOCK_NS = 5_000_000_000n;

export const FUNDS = 1_000_000_000n;

/** Genesis state with funded accounts. */
export function appState(accounts: readonly TestAccount[]): { [module: string]: JsonValue } {
  const total = (FUNDS * BigInt(accounts.length)).toString();
  return {
    auth: {
      params: {
        max_memo_characters: "256",
        tx_sig_limit: "7",
        tx_size_cost_per_byte: "10",
        sig_verify_cost_ed25519: "590",
        sig_verify_cost_secp256k1: "1000",
      },
      accounts: accounts.map(({ text }, i) => ({
        "@type": "/cosmos.auth.v1beta1.BaseAccount",
        address: text,
        pub_key: null,
        account_number: `${i}`,
        sequence: "0",
      })),
    },
    bank: {
      params: { send_enabled: [], default_send_enabled: true },
      balances: accounts.map(({ text }) => ({ address: text, coins: [{ denom: "uscrt", amount: `${FUNDS}` }] })),
      supply: [{ denom: "uscrt", amount: total }],
      denom_metadata: [],
      send_enabled: [],
    },
    register: {
      registration: [],
      node_exch_master_key: { bytes: toBase64(NODE_KEY) },
      io_master_key: { bytes: toBase64(IO_KEY) },
    },
    compute: {
      codes: [],
      contracts: [],
      sequences: [],
      params: { compile_cost: "0.800000000000000000", max_contract_size: "2097152" },
    },
  };
}

export interface NetworkOptions {
  readonly accounts?: readonly TestAccount[];
  readonly appState?: { readonly [module: string]: JsonValue };
  readonly blockMaxGas?: bigint;
  readonly app?: Partial<ApplicationOptions>;
}

export class TestNetwork {
  readonly enclave = new FakeEnclave();
  readonly codes = new MemoryCodeStorage();
  readonly backend = new MemoryBackend();
  readonly accounts: readonly TestAccount[];
  options: ApplicationOptions;
  app: ChainApplication;
  height = 0n;
  /** What the header of the first block is over. */
  readonly genesisAppHash: Uint8Array;
  readonly #sequences = new Map<string, bigint>();

  constructor(options: NetworkOptions = {}) {
    this.accounts = options.accounts ?? [testAccount(1), testAccount(2), testAccount(3)];
    this.options = {
      store: memoryStore(this.backend),
      enclave: this.enclave,
      finality: {
        finality: () => ({ header: Uint8Array.of(1), commit: Uint8Array.of(2), nextValidatorSet: Uint8Array.of(3) }),
      },
      codeChecker: { check: () => ({ requiredFeatures: [], ibcEnabled: false }) },
      codeStorage: this.codes,
      primitives,
      version: "1.0.0",
      ...options.app,
    };
    this.app = createApplication(this.options);
    const { appHash } = this.app.initChain({
      timeNs: START_NS,
      chainId: CHAIN_ID,
      consensusParams: { blockMaxBytes: 22_020_096n, blockMaxGas: options.blockMaxGas ?? -1n },
      validators: [VALIDATOR],
      appState: utf8ToBytes(JSON.stringify(options.appState ?? appState(this.accounts))),
      initialHeight: 1n,
      genesisHash: new Uint8Array(32).fill(5),
    });
    this.genesisAppHash = appHash;
  }

  /** What a restarted process has: the committed state, nothing else. */
  restart(): void {
    this.options = { ...this.options, store: memoryStore(this.backend) };
    this.app = createApplication(this.options);
  }

  finalize(txs: readonly Uint8Array[] = []): FinalizeBlockResponse {
    const height = this.height + 1n;
    return this.app.finalizeBlock({
      height,
      timeNs: START_NS + height * BLOCK_NS,
      hash: primitives.sha256(utf8ToBytes(`${height}`)),
      txs,
      proposerAddress: new Uint8Array(20),
      nextValidatorsHash: new Uint8Array(32),
      decidedLastCommit: { round: 0, votes: [] },
    });
  }

  /** Executes and commits a block. */
  block(txs: readonly Uint8Array[] = []): FinalizeBlockResponse {
    const response = this.finalize(txs);
    this.app.commit();
    this.height += 1n;
    return response;
  }

  /** A block with one transaction of one account; sequences are counted. */
  deliver(signer: TestAccount, messages: ReturnType<typeof message>[], options: Partial<TxOptions> = {}): ExecTxResult {
    const [result] = this.block([this.tx(signer, messages, options)]).txResults;
    return result as ExecTxResult;
  }

  tx(signer: TestAccount, messages: ReturnType<typeof message>[], options: Partial<TxOptions> = {}): Uint8Array {
    const sequence = options.sequence ?? this.#sequences.get(signer.text) ?? 0n;
    if (options.sequence === undefined) this.#sequences.set(signer.text, sequence + 1n);
    const accountNumber = BigInt(this.accounts.findIndex(({ text }) => text === signer.text));
    return signedTx({ messages, signer, accountNumber, sequence, ...options });
  }

  /** The next sequence is counted from here. */
  setSequence(signer: TestAccount, sequence: bigint): void {
    this.#sequences.set(signer.text, sequence);
  }

  rawQuery(path: string, data: Uint8Array = new Uint8Array(0), height = 0n): QueryResponse {
    return this.app.query({ path, data, height, prove: false });
  }

  query<Q extends DescMessage, S extends DescMessage>(
    path: string,
    request: Q,
    init: MessageInitShape<Q>,
    response: S,
    height = 0n,
  ): MessageShape<S> {
    const answer = this.rawQuery(path, encode(request, create(request, init)), height);
    if (answer.code !== 0) throw new Error(`query failed: ${answer.log}`);
    return decode(response, answer.value);
  }

  account(address: string): cosmosAuth.BaseAccount {
    const { account } = this.query(
      "/cosmos.auth.v1beta1.Query/Account",
      cosmosAuth.QueryAccountRequestSchema,
      { address },
      cosmosAuth.QueryAccountResponseSchema,
    );
    return decode(cosmosAuth.BaseAccountSchema, account?.value as Uint8Array);
  }
}

/** Events as short text: `type{key=value,…}`. */
export function shown(result: { readonly events: ExecTxResult["events"] }): string[] {
  return result.events.map(
    ({ type, attributes }) => `${type}{${attributes.map(({ key, value }) => `${key}=${value}`).join(",")}}`,
  );
}

export function textOf(bytes: Uint8Array): string {
  return bytesToUtf8(bytes);
}

export function balanceOf(network: TestNetwork, address: string, denom = "uscrt"): bigint {
  const { balance } = network.query(
    "/cosmos.bank.v1beta1.Query/Balance",
    cosmosBank.QueryBalanceRequestSchema,
    { address, denom },
    cosmosBank.QueryBalanceResponseSchema,
  );
  return BigInt(balance?.amount ?? "-1");
}
