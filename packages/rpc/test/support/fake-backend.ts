/** A node of three small blocks that answers queries as told, and records what it was asked. */
import { createHash } from "node:crypto";
import type { ExecTxResult, QueryRequest, QueryResponse } from "@enclavenet/abci";
import { LocalError, toHex, utf8ToBytes } from "@enclavenet/common";
import {
  type Block,
  createGenesis,
  DEFAULT_CONSENSUS_PARAMS,
  EMPTY_BLOCK_ID,
  EMPTY_COMMIT,
  type EngineEvent,
  type EngineListener,
  type EngineReader,
  type TxRecord,
  type ValidatorSet,
} from "@enclavenet/consensus";
import { cosmosBank, cosmosTx, create, encode, encodeAny, rpcs } from "@enclavenet/proto";
import type { RpcBackend } from "@enclavenet/rpc";

export const EMPTY = new Uint8Array(0);

export function sha256(data: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(data).digest());
}

const VALIDATORS: ValidatorSet = {
  validators: [
    { address: new Uint8Array(20).fill(7), publicKey: new Uint8Array(32).fill(8), power: 10n, proposerPriority: -1n },
  ],
  proposerAddress: new Uint8Array(20).fill(7),
};

export const GENESIS = createGenesis({
  genesisTimeNs: 1_700_000_000_000_000_001n,
  chainId: "fake-1",
  initialHeight: 1n,
  consensusParams: DEFAULT_CONSENSUS_PARAMS,
  validators: [{ publicKey: new Uint8Array(32).fill(8), power: 10n, name: "one" }],
  appState: { auth: { big: "18446744073709551615" } },
});

export function result(fields: Partial<ExecTxResult> = {}): ExecTxResult {
  const nothing = { code: 0, codespace: "", data: EMPTY, log: "", info: "", gasWanted: 0n, gasUsed: 0n, events: [] };
  return { ...nothing, ...fields };
}

/** A transaction that sends nothing to nobody; `memo` makes it unique. */
export function transaction(memo: string): Uint8Array {
  const send = create(cosmosBank.MsgSendSchema, { fromAddress: "from", toAddress: "to" });
  const body = create(cosmosTx.TxBodySchema, { messages: [encodeAny(cosmosBank.MsgSendSchema, send)], memo });
  const authInfo = create(cosmosTx.AuthInfoSchema, { fee: { gasLimit: 5n } });
  const raw = create(cosmosTx.TxRawSchema, {
    bodyBytes: encode(cosmosTx.TxBodySchema, body),
    authInfoBytes: encode(cosmosTx.AuthInfoSchema, authInfo),
    signatures: [new Uint8Array(64)],
  });
  return encode(cosmosTx.TxRawSchema, raw);
}

/** Five transactions of block 2. */
export const TRANSACTIONS: readonly Uint8Array[] = ["a", "b", "c", "d", "e"].map(transaction);

export function txRecord(tx: Uint8Array, index: number): TxRecord {
  return { hash: sha256(tx), height: 2n, index, tx, result: result({ gasWanted: 5n, gasUsed: 4n }) };
}

function blockOf(height: bigint): Block {
  return {
    header: {
      versionBlock: 11n,
      versionApp: 0n,
      chainId: "fake-1",
      height,
      timeNs: 1_700_000_000_000_000_001n + height * 1_000_000_000n,
      lastBlockId: EMPTY_BLOCK_ID,
      lastCommitHash: sha256(EMPTY),
      dataHash: sha256(EMPTY),
      validatorsHash: sha256(EMPTY),
      nextValidatorsHash: sha256(EMPTY),
      consensusHash: sha256(EMPTY),
      appHash: sha256(utf8ToBytes(`before ${height}`)),
      lastResultsHash: sha256(EMPTY),
      evidenceHash: sha256(EMPTY),
      proposerAddress: new Uint8Array(20).fill(7),
    },
    txs: height === 2n ? TRANSACTIONS : [],
    lastCommit: EMPTY_COMMIT,
  };
}

const LATEST = 3n;

function fakeEngine(listeners: Set<EngineListener>): EngineReader {
  const exists = (height: bigint) => height >= 1n && height <= LATEST;
  const idOf = (height: bigint) => ({ ...EMPTY_BLOCK_ID, hash: sha256(utf8ToBytes(`block ${height}`)) });
  const block = (height: bigint) =>
    exists(height) ? { blockId: idOf(height), block: blockOf(height), sizeBytes: 9 } : undefined;
  const records = TRANSACTIONS.map(txRecord);
  return {
    genesis: GENESIS,
    status: () => ({
      chainId: "fake-1",
      protocolVersion: { p2p: 8n, block: 11n, app: 0n },
      latest: { height: LATEST, blockHash: idOf(LATEST).hash, appHash: sha256(utf8ToBytes("after 3")), timeNs: 1n },
      earliest: { height: 1n, blockHash: idOf(1n).hash, appHash: EMPTY, timeNs: undefined },
      catchingUp: false,
      validator: { address: new Uint8Array(20).fill(7), publicKey: new Uint8Array(32).fill(8), power: 10n },
    }),
    latestHeight: () => LATEST,
    earliestHeight: () => 1n,
    block,
    blockByHash: (hash) => [1n, 2n, 3n].map(block).find((one) => one && toHex(one.blockId.hash) === toHex(hash)),
    blockMeta: (height) =>
      exists(height)
        ? { blockId: idOf(height), header: blockOf(height).header, sizeBytes: 9, numTxs: blockOf(height).txs.length }
        : undefined,
    blockResults: (height) =>
      exists(height)
        ? {
            height,
            txResults: height === 2n ? records.map((record) => record.result) : [],
            events: [],
            validatorUpdates: [],
            consensusParams: DEFAULT_CONSENSUS_PARAMS,
            appHash: sha256(EMPTY),
          }
        : undefined,
    commit: (height) =>
      exists(height) ? { header: blockOf(height).header, commit: EMPTY_COMMIT, canonical: height < LATEST } : undefined,
    validators: (height) => (height >= 1n && height <= LATEST + 2n ? VALIDATORS : undefined),
    consensusParams: () => DEFAULT_CONSENSUS_PARAMS,
    tx: (hash) => records.find((record) => toHex(record.hash) === toHex(hash)),
    txProof: () => undefined,
    searchTxs: async (query) => {
      if (query === "bad") throw new LocalError("QUERY_SYNTAX", "expected an operator at position 3");
      return query === "none" ? [] : records;
    },
    searchBlocks: async () => [1n, 2n, 3n],
    unconfirmedTxs: (limit) => ({ txs: TRANSACTIONS.slice(0, limit), total: TRANSACTIONS.length, totalBytes: 99 }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export interface FakeBackend extends RpcBackend {
  readonly queries: QueryRequest[];
  readonly broadcasts: Uint8Array[];
  /** How many listen to the engine. */
  readonly listeners: ReadonlySet<EngineListener>;
  /** Publishes an event of the engine. */
  publish(event: EngineEvent): void;
}

export function answer(fields: Partial<QueryResponse> = {}): QueryResponse {
  return { code: 0, codespace: "", log: "", key: EMPTY, value: EMPTY, proofOps: [], height: LATEST, ...fields };
}

/** The backend; `overrides` replace single members. */
export function fakeBackend(overrides: Partial<RpcBackend> = {}): FakeBackend {
  const queries: QueryRequest[] = [];
  const broadcasts: Uint8Array[] = [];
  const listeners = new Set<EngineListener>();
  const base: RpcBackend = {
    engine: fakeEngine(listeners),
    info: async () => ({ data: "secret", version: "1", appVersion: 0n, lastBlockHeight: 3n, lastBlockAppHash: EMPTY }),
    query: async () => answer(),
    queryMethods: new Set(rpcs.keys()),
    broadcastTx: async () => result(),
    checkTx: async () => result(),
    waitForTx: async () => txRecord(TRANSACTIONS[0]!, 0),
    hash: sha256,
    nodeInfo: {
      moniker: "fake",
      version: "1",
      rpcAddress: "127.0.0.1:1",
      minimumGasPrice: "0.1uscrt",
      enclave: () => ({ enclave: "none" }),
    },
    ...overrides,
  };
  return {
    ...base,
    queries,
    broadcasts,
    listeners,
    publish(event) {
      for (const listener of [...listeners]) listener(event);
    },
    query(request) {
      queries.push(request);
      return base.query(request);
    },
    broadcastTx(tx) {
      broadcasts.push(tx);
      return base.broadcastTx(tx);
    },
  };
}
