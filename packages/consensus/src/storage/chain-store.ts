/**
 * The chain on disk. Three atomic, durable writes per height, in this order (spec 05 §2.6): the block with the commit
 * that made it final, before the application executes it; the application's answer, before it commits; the engine
 * state with everything that readers see, after it committed. A crash between any two is repaired by replay.
 * @module
 */
import type { FinalizeBlockResponse } from "@enclavenet/abci";
import { be64, bytesToUtf8, concatBytes, LocalError, toHex, utf8ToBytes } from "@enclavenet/common";
import type { Commit, ValidatorSet } from "../base/block-types.ts";
import type { BlockMeta, TxRecord } from "../base/chain-types.ts";
import { decodeBlock, decodeBlockHeader, decodeCommit, encodeCommit, type SealedBlock } from "../blocks/comet.ts";
import { eventEntries } from "../search/event-index.ts";
import type { EngineState } from "../state/engine-state.ts";
import type { EngineDatabase, WriteOp } from "./database.ts";
import { hashKey, heightKey, positionKey, prefixEnd, tableKey } from "./keys.ts";
import { corruptRecord } from "./record-codec.ts";
import { decodeResults, decodeTxRecord, encodeResults, encodeTxRecord } from "./result-records.ts";
import {
  decodeState,
  decodeStoredBlock,
  decodeValidatorSet,
  encodeState,
  encodeStoredBlock,
  encodeValidatorSet,
} from "./state-records.ts";

/** Lowest and highest stored block; both 0 when there is none. */
export interface BlockRange {
  readonly base: bigint;
  readonly height: bigint;
}

/** Heights that one block prunes at most, so that catching up does not delay a block noticeably. */
export const MAX_PRUNED_PER_BLOCK = 100n;

const HEIGHT_BYTES = 8;

function put(key: Uint8Array, value: Uint8Array): WriteOp {
  return { key, value };
}

function readHeight(bytes: Uint8Array, offset = 0): bigint {
  if (bytes.length < offset + HEIGHT_BYTES) throw corruptRecord("height is too short");
  return new DataView(bytes.buffer, bytes.byteOffset + offset, HEIGHT_BYTES).getBigUint64(0);
}

/** Blocks, commits, results, validators, transactions and the engine state. */
export class ChainStore {
  readonly #database: EngineDatabase;

  constructor(database: EngineDatabase) {
    this.#database = database;
  }

  state(): EngineState | undefined {
    return this.#load(tableKey("state"), decodeState);
  }

  range(): BlockRange {
    const bytes = this.#database.get(tableKey("blockRange"));
    if (bytes === undefined) return { base: 0n, height: 0n };
    return { base: readHeight(bytes), height: readHeight(bytes, HEIGHT_BYTES) };
  }

  block(height: bigint): SealedBlock | undefined {
    return this.#load(heightKey("block", height), (record) => {
      const { blockId, bytes } = decodeStoredBlock(record);
      return { block: decodeBlock(bytes), blockId, bytes };
    });
  }

  /** A block's header and what is stored beside its protobuf, without decoding the rest. */
  meta(height: bigint): BlockMeta | undefined {
    return this.#load(heightKey("block", height), (record) => {
      const { blockId, numTxs, bytes } = decodeStoredBlock(record);
      return { blockId, header: decodeBlockHeader(bytes), sizeBytes: bytes.length, numTxs };
    });
  }

  heightByHash(hash: Uint8Array): bigint | undefined {
    return this.#load(hashKey("heightByHash", hash), readHeight);
  }

  seenCommit(height: bigint): Commit | undefined {
    return this.#load(heightKey("seenCommit", height), decodeCommit);
  }

  results(height: bigint): FinalizeBlockResponse | undefined {
    return this.#load(heightKey("results", height), decodeResults);
  }

  validators(height: bigint): ValidatorSet | undefined {
    return this.#load(heightKey("validators", height), decodeValidatorSet);
  }

  tx(hash: Uint8Array): TxRecord | undefined {
    return this.#load(hashKey("tx", hash), decodeTxRecord);
  }

  txHashAt(height: bigint, index: number): Uint8Array | undefined {
    return this.#load(positionKey(height, index), (bytes) => bytes.slice());
  }

  /** State before the initial block, with the sets of the first two heights. */
  async saveInitialState(state: EngineState): Promise<void> {
    await this.#database.write([
      put(tableKey("state"), encodeState(state)),
      put(heightKey("validators", state.initialHeight), encodeValidatorSet(state.validators)),
      put(heightKey("validators", state.initialHeight + 1n), encodeValidatorSet(state.nextValidators)),
    ]);
  }

  /** First write of a height: the block is decided and will not change. */
  async saveBlock({ block, blockId, bytes }: SealedBlock, seenCommit: Commit): Promise<void> {
    const { height } = block.header;
    const { base } = this.range();
    const stored = { blockId, numTxs: block.txs.length, bytes };
    await this.#database.write([
      put(heightKey("block", height), encodeStoredBlock(stored)),
      put(heightKey("seenCommit", height), encodeCommit(seenCommit)),
      put(tableKey("blockRange"), concatBytes(be64(base === 0n ? height : base), be64(height))),
    ]);
  }

  /** Second write: what the application answered, in case it commits and this process does not live to note it. */
  async saveResults(height: bigint, response: FinalizeBlockResponse): Promise<void> {
    await this.#database.write([put(heightKey("results", height), encodeResults(response))]);
  }

  /**
   * Third write: from here on the height exists for readers, and its transactions can be found. A failed inclusion
   * never replaces an earlier successful one with the same hash (spec 04 §5.4).
   */
  async saveCommitted(state: EngineState, txs: readonly TxRecord[], response: FinalizeBlockResponse): Promise<void> {
    const { height } = state;
    const ops: WriteOp[] = [
      put(tableKey("state"), encodeState(state)),
      put(hashKey("heightByHash", state.blockId.hash), be64(height)),
      put(heightKey("validators", height + 2n), encodeValidatorSet(state.nextValidators)),
      ...eventEntries("blockEvents", height, 0, response.events),
    ];
    const succeeded = new Set<string>();
    for (const tx of txs) {
      ops.push(put(positionKey(height, tx.index), tx.hash));
      for (const op of eventEntries("txEvents", height, tx.index, tx.result.events)) ops.push(op);
      if (tx.result.code === 0) succeeded.add(toHex(tx.hash));
      else if (succeeded.has(toHex(tx.hash)) || this.tx(tx.hash)?.result.code === 0) continue;
      ops.push(put(hashKey("tx", tx.hash), encodeTxRecord(tx)));
    }
    await this.#database.write(ops);
  }

  /** How this node's outcome of a block differs from what the validators signed, once it did. */
  divergence(): string | undefined {
    return this.#load(tableKey("divergence"), bytesToUtf8);
  }

  async saveDivergence(message: string): Promise<void> {
    await this.#database.write([put(tableKey("divergence"), utf8ToBytes(message))]);
  }

  /** Removes blocks, commits, results and old sets below `retainHeight`. The tip always stays; the index too. */
  async prune(retainHeight: bigint, maxHeights: bigint): Promise<void> {
    const { base, height } = this.range();
    const target = retainHeight > height ? height : retainHeight;
    const newBase = target - base > maxHeights ? base + maxHeights : target;
    if (base === 0n || newBase <= base) return;
    const ops: WriteOp[] = [put(tableKey("blockRange"), concatBytes(be64(newBase), be64(height)))];
    for (let h = base; h < newBase; h++) {
      const hash = this.meta(h)?.blockId.hash;
      if (hash !== undefined) ops.push({ key: hashKey("heightByHash", hash), value: undefined });
      for (const table of ["block", "seenCommit", "results"] as const) {
        ops.push({ key: heightKey(table, h), value: undefined });
      }
      // The set before the base stays: a replay of the base block tells the application who signed its last commit.
      ops.push({ key: heightKey("validators", h - 1n), value: undefined });
    }
    await this.#database.write(ops);
  }

  /** Whether nothing at all was written yet. */
  isEmpty(): boolean {
    return this.#database.scan(tableKey("state"), prefixEnd(tableKey("blockEvents")), 1).length === 0;
  }

  #load<T>(key: Uint8Array, decode: (bytes: Uint8Array) => T): T | undefined {
    const bytes = this.#database.get(key);
    if (bytes === undefined) return undefined;
    try {
      return decode(bytes);
    } catch (error) {
      if (LocalError.is(error, "CHAIN_DATA_CORRUPT") || LocalError.is(error, "CHAIN_DATA_FORMAT")) throw error;
      throw corruptRecord("a stored message is malformed");
    }
  }
}
