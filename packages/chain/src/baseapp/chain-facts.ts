/**
 * Facts of the chain and of its last block that are not in the state but must survive a restart. They are committed
 * together with the state, under the store's extra keys.
 * @module
 */
import { bytesToUtf8, fromHex, LocalError, toHex, utf8ToBytes } from "@enclavenet/common";
import type { ExtraValue, RootMultiStore } from "@enclavenet/store";
import type { BlockFacts } from "./context.ts";

const FACTS_KEY = utf8ToBytes("chain/facts");

/** Key of a block's time; contract queries at that height see it. */
function timeKey(height: bigint): Uint8Array {
  return utf8ToBytes(`chain/time/${height}`);
}

/** What is known of the chain since InitChain. */
export interface ChainFacts {
  readonly chainId: string;
  readonly initialHeight: bigint;
  /** -1: unlimited. */
  readonly maxGas: bigint;
  readonly lastBlock: {
    readonly height: bigint;
    readonly timeNs: bigint;
    readonly hash: Uint8Array;
    readonly proposerAddress: Uint8Array;
  };
}

interface StoredFacts {
  readonly chainId: string;
  readonly initialHeight: string;
  readonly maxGas: string;
  readonly height: string;
  readonly timeNs: string;
  readonly hash: string;
  readonly proposer: string;
}

/** The extra keys to commit with a block. */
export function encodeFacts(facts: ChainFacts): ExtraValue[] {
  const { height, timeNs, hash, proposerAddress } = facts.lastBlock;
  const stored: StoredFacts = {
    chainId: facts.chainId,
    initialHeight: `${facts.initialHeight}`,
    maxGas: `${facts.maxGas}`,
    height: `${height}`,
    timeNs: `${timeNs}`,
    hash: toHex(hash),
    proposer: toHex(proposerAddress),
  };
  return [
    { key: FACTS_KEY, value: utf8ToBytes(JSON.stringify(stored)) },
    { key: timeKey(height), value: utf8ToBytes(`${timeNs}`) },
  ];
}

/** What the store remembers; undefined before the first commit. */
export function loadFacts(store: RootMultiStore): ChainFacts | undefined {
  const bytes = store.extra(FACTS_KEY);
  if (bytes === undefined) return undefined;
  const stored = JSON.parse(bytesToUtf8(bytes)) as StoredFacts;
  const height = BigInt(stored.height);
  if (height !== store.lastCommit.version) {
    throw new LocalError("CHAIN_FACTS", "the store's block facts are of another height than its state", {
      fix: "restore the node's data from one backup, or sync anew",
    });
  }
  return {
    chainId: stored.chainId,
    initialHeight: BigInt(stored.initialHeight),
    maxGas: BigInt(stored.maxGas),
    lastBlock: {
      height,
      timeNs: BigInt(stored.timeNs),
      hash: fromHex(stored.hash),
      proposerAddress: fromHex(stored.proposer),
    },
  };
}

/** Time of an earlier block, if it is remembered. */
export function blockTime(store: RootMultiStore, height: bigint): bigint | undefined {
  const bytes = store.extra(timeKey(height));
  return bytes === undefined ? undefined : BigInt(bytesToUtf8(bytes));
}

/** Facts of the last block as a context shows them. */
export function lastBlockFacts(facts: ChainFacts): BlockFacts {
  return { ...facts.lastBlock, chainId: facts.chainId, maxGas: facts.maxGas, votes: [] };
}
