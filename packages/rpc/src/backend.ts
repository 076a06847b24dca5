/**
 * What the servers need of the node: read access to the engine, broadcasting, and the application's queries. Handlers read,
 * they do not decide.
 * @module
 */
import type { ExecTxResult, InfoResponse, QueryRequest, QueryResponse } from "@enclavenet/abci";
import type { EngineReader, TxRecord } from "@enclavenet/consensus";

export interface RpcBackend {
  readonly engine: EngineReader;
  info(): Promise<InfoResponse>;
  query(request: QueryRequest): Promise<QueryResponse>;
  /** Full names of the gRPC methods that `query` answers, `/package.Service/Method`. */
  readonly queryMethods: ReadonlySet<string>;
  /** CheckTx and mempool admission; refusals are results with a code. */
  broadcastTx(tx: Uint8Array): Promise<ExecTxResult>;
  checkTx(tx: Uint8Array): Promise<ExecTxResult>;
  /** Waits until the transaction is in a block; rejects with LocalError after `timeoutMs`. */
  waitForTx(hash: Uint8Array, timeoutMs: number): Promise<TxRecord>;
  /** Makes one block and returns its height; only where blocks are made by hand. */
  produceBlock?(): Promise<bigint>;
  /** SHA-256. */
  hash(data: Uint8Array): Uint8Array;
  readonly nodeInfo: {
    readonly moniker: string;
    readonly version: string;
    /** `host:port` of the RPC server. */
    readonly rpcAddress: string;
    /** What `minimum_gas_price` of the node's configuration says. */
    readonly minimumGasPrice: string;
    /** What status says of the enclave: kind, network class, measurement, crossings so far. */
    enclave(): Readonly<Record<string, string>>;
  };
}
