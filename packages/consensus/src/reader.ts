/**
 * What RPC servers may ask of an engine: committed blocks, results, searches, the mempool, events.
 *
 * Everything that is readable here is durable: a block or a result appears only after the application's commit and
 * the engine's record of it are on disk. Data only; JSON shapes belong to the rpc room (spec 04 §5).
 * @module
 */
import type { ConsensusParams } from "@enclavenet/abci";
import type { ValidatorSet } from "./base/block-types.ts";
import type {
  BlockMeta,
  BlockRecord,
  BlockResults,
  CommitRecord,
  TxPosition,
  TxProof,
  TxRecord,
} from "./base/chain-types.ts";
import type { EngineEvent } from "./base/events.ts";
import type { GenesisDocument } from "./genesis/genesis-document.ts";

/** One end of the chain in `/status`. Height 0 and no time before the first block. */
export interface StatusBlock {
  readonly height: bigint;
  readonly blockHash: Uint8Array;
  /** For the latest: after the block; for the earliest: in its header, as CometBFT prints it. */
  readonly appHash: Uint8Array;
  readonly timeNs: bigint | undefined;
}

/** The tip, the base and the validator of this node (`/status`). */
export interface EngineStatus {
  readonly chainId: string;
  readonly protocolVersion: { readonly p2p: bigint; readonly block: bigint; readonly app: bigint };
  readonly latest: StatusBlock;
  readonly earliest: StatusBlock;
  readonly catchingUp: boolean;
  readonly validator: { readonly address: Uint8Array; readonly publicKey: Uint8Array; readonly power: bigint };
}

/** A page of the mempool with totals (`/unconfirmed_txs`). */
export interface UnconfirmedTxs {
  readonly txs: readonly Uint8Array[];
  readonly total: number;
  readonly totalBytes: number;
}

/** Receives engine events in CometBFT's order; must not throw and must not block. */
export type EngineListener = (event: EngineEvent) => void;

/**
 * Read access for RPC servers. Lookups of what does not exist answer undefined; a height above the tip or below the
 * base does not exist. Searches throw LocalError `QUERY_SYNTAX` for a bad query and `SEARCH_TOO_BROAD` beyond limits.
 */
export interface EngineReader {
  readonly genesis: GenesisDocument;
  status(): EngineStatus;
  /** Height of the last committed block; 0 before the first. */
  latestHeight(): bigint;
  /** Lowest height whose block is kept; 0 before the first block. */
  earliestHeight(): bigint;
  block(height: bigint): BlockRecord | undefined;
  blockByHash(hash: Uint8Array): BlockRecord | undefined;
  blockMeta(height: bigint): BlockMeta | undefined;
  blockResults(height: bigint): BlockResults | undefined;
  commit(height: bigint): CommitRecord | undefined;
  /** The set that signs `height`; known up to the tip + 2. */
  validators(height: bigint): ValidatorSet | undefined;
  consensusParams(height: bigint): ConsensusParams | undefined;
  tx(hash: Uint8Array): TxRecord | undefined;
  txProof(hash: Uint8Array): TxProof | undefined;
  /** Ascending by (height, index). */
  searchTxs(query: string): Promise<readonly TxPosition[]>;
  /** Heights, ascending. */
  searchBlocks(query: string): Promise<readonly bigint[]>;
  unconfirmedTxs(limit: number): UnconfirmedTxs;
  /** Adds a listener; the returned function removes it. */
  subscribe(listener: EngineListener): () => void;
}
