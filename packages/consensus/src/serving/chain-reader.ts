/**
 * Reads for RPC servers, from what is recorded: see {@link EngineReader}. Blocks above the recorded tip are invisible
 * even when they are already stored.
 * @module
 */
import type { ConsensusParams } from "@enclavenet/abci";
import type { ValidatorSet } from "../base/block-types.ts";
import type {
  BlockMeta,
  BlockRecord,
  BlockResults,
  CommitRecord,
  TxPosition,
  TxProof,
  TxRecord,
} from "../base/chain-types.ts";
import { BLOCK_PROTOCOL, txProof } from "../blocks/comet.ts";
import type { GenesisDocument } from "../genesis/genesis-document.ts";
import type { Mempool } from "../mempool/mempool.ts";
import { parseQuery } from "../query/parse-query.ts";
import type { EngineListener, EngineReader, EngineStatus, StatusBlock, UnconfirmedTxs } from "../reader.ts";
import { searchBlocks } from "../search/block-search.ts";
import type { SearchLimits } from "../search/search.ts";
import { searchTxs } from "../search/tx-search.ts";
import type { EngineState } from "../state/engine-state.ts";
import type { ChainStore } from "../storage/chain-store.ts";
import type { EngineDatabase } from "../storage/database.ts";
import { findValidator } from "../validators/validator-set.ts";

/** CometBFT's p2p protocol, printed in `/status`. */
const P2P_PROTOCOL = 8n;

/** What the reader reads. */
export interface ReaderModules {
  readonly database: EngineDatabase;
  readonly store: ChainStore;
  readonly genesis: GenesisDocument;
  readonly mempool: Pick<Mempool, "list" | "size" | "totalBytes">;
  /** The key that this node is known by; its power is that of the set. */
  readonly identity: { readonly address: Uint8Array; readonly publicKey: Uint8Array };
  readonly searchLimits: SearchLimits;
  readonly catchingUp: () => boolean;
  /** State after the last recorded block. */
  readonly state: () => EngineState;
  readonly subscribe: (listener: EngineListener) => () => void;
}

/** The reader of an engine that keeps its chain in a {@link ChainStore}. */
export class ChainReader implements EngineReader {
  readonly genesis: GenesisDocument;
  readonly #modules: ReaderModules;

  constructor(modules: ReaderModules) {
    this.#modules = modules;
    this.genesis = modules.genesis;
  }

  status(): EngineStatus {
    const state = this.#modules.state();
    const { address, publicKey } = this.#modules.identity;
    const power = findValidator(state.validators, address)?.power ?? 0n;
    return {
      chainId: state.chainId,
      protocolVersion: { p2p: P2P_PROTOCOL, block: BLOCK_PROTOCOL, app: state.versionApp },
      latest: {
        height: state.height,
        blockHash: state.blockId.hash,
        appHash: state.appHash,
        timeNs: state.height === 0n ? undefined : state.blockTimeNs,
      },
      earliest: this.#earliest(),
      catchingUp: this.#modules.catchingUp(),
      validator: { address, publicKey, power },
    };
  }

  latestHeight(): bigint {
    return this.#modules.state().height;
  }

  earliestHeight(): bigint {
    return this.latestHeight() === 0n ? 0n : this.#modules.store.range().base;
  }

  block(height: bigint): BlockRecord | undefined {
    const sealed = this.#exists(height) ? this.#modules.store.block(height) : undefined;
    if (sealed === undefined) return undefined;
    return { blockId: sealed.blockId, block: sealed.block, sizeBytes: sealed.bytes.length };
  }

  blockByHash(hash: Uint8Array): BlockRecord | undefined {
    const height = this.#modules.store.heightByHash(hash);
    return height === undefined ? undefined : this.block(height);
  }

  blockMeta(height: bigint): BlockMeta | undefined {
    return this.#exists(height) ? this.#modules.store.meta(height) : undefined;
  }

  blockResults(height: bigint): BlockResults | undefined {
    const response = this.#exists(height) ? this.#modules.store.results(height) : undefined;
    if (response === undefined) return undefined;
    return { height, ...response, consensusParams: this.#modules.state().params };
  }

  commit(height: bigint): CommitRecord | undefined {
    const header = this.blockMeta(height)?.header;
    const commit = this.#modules.store.seenCommit(height);
    if (header === undefined || commit === undefined) return undefined;
    return { header, commit, canonical: height < this.latestHeight() };
  }

  validators(height: bigint): ValidatorSet | undefined {
    const { initialHeight } = this.#modules.state();
    return height < initialHeight ? undefined : this.#modules.store.validators(height);
  }

  consensusParams(height: bigint): ConsensusParams | undefined {
    const { initialHeight, params } = this.#modules.state();
    // Parameters are fixed by the genesis document: the application interface has no updates of them.
    return height < initialHeight || height > this.latestHeight() + 1n ? undefined : params;
  }

  tx(hash: Uint8Array): TxRecord | undefined {
    const record = this.#modules.store.tx(hash);
    return record !== undefined && this.#exists(record.height) ? record : undefined;
  }

  txProof(hash: Uint8Array): TxProof | undefined {
    const record = this.tx(hash);
    const block = record === undefined ? undefined : this.block(record.height)?.block;
    return record === undefined || block === undefined ? undefined : txProof(block.txs, record.index);
  }

  async searchTxs(query: string): Promise<readonly TxPosition[]> {
    const parsed = parseQuery(query);
    const { database, searchLimits } = this.#modules;
    const tx = (hash: Uint8Array) => this.tx(hash);
    return searchTxs({ database, tx, latestHeight: this.latestHeight(), limits: searchLimits }, parsed);
  }

  async searchBlocks(query: string): Promise<readonly bigint[]> {
    const parsed = parseQuery(query);
    const { database, searchLimits } = this.#modules;
    const [earliestHeight, latestHeight] = [this.earliestHeight(), this.latestHeight()];
    if (latestHeight === 0n) return [];
    return searchBlocks({ database, earliestHeight, latestHeight, limits: searchLimits }, parsed);
  }

  unconfirmedTxs(limit: number): UnconfirmedTxs {
    const { mempool } = this.#modules;
    return { txs: mempool.list(limit), total: mempool.size, totalBytes: mempool.totalBytes };
  }

  subscribe(listener: EngineListener): () => void {
    return this.#modules.subscribe(listener);
  }

  #exists(height: bigint): boolean {
    return height > 0n && height <= this.latestHeight();
  }

  #earliest(): StatusBlock {
    const height = this.earliestHeight();
    const meta = this.blockMeta(height);
    return {
      height,
      blockHash: meta?.blockId.hash ?? new Uint8Array(0),
      appHash: meta?.header.appHash ?? new Uint8Array(0),
      timeNs: meta?.header.timeNs,
    };
  }
}
