/**
 * Facts of the chain and of its last block that are not in the state but must survive a restart. They are committed
 * together with the state, under the store's extra keys.
 * @module
 */

import type { FinalizeBlockRequest } from "@enclavenet/abci";
import { bytesToUtf8, fromHex, LocalError, toHex, utf8ToBytes } from "@enclavenet/common";
import type { ExtraValue, RootMultiStore } from "@enclavenet/store";
import type { BlockFacts } from "./context.ts";

const FACTS_KEY = utf8ToBytes("chain/facts");

/**
 * Version of the state machine: what the same block does to the same state. Raised with every change of that, together
 * with the height from which a network applies it. Committed with each block; it is not the `app` version of headers, which
 * is 0 on SDK chains (spec 05 §3.6).
 */
export const STATE_MACHINE_VERSION = 1;

/** Chains whose facts have no number were made by the first version. */
const FIRST_VERSION = 1;

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
  readonly stateMachine?: number;
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
    stateMachine: STATE_MACHINE_VERSION,
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

function requireStateMachine(found: number): void {
  if (found === STATE_MACHINE_VERSION) return;
  throw new LocalError(
    "STATE_MACHINE_VERSION",
    `the chain's last block was made by version ${found} of the state machine, this program is version ${STATE_MACHINE_VERSION}`,
    {
      fix: "go on with the program that made it: another one would come to other results than the rest of the network",
    },
  );
}

/** What the store remembers; undefined before the first commit. Throws LocalError `STATE_MACHINE_VERSION`. */
export function loadFacts(store: RootMultiStore): ChainFacts | undefined {
  const bytes = store.extra(FACTS_KEY);
  if (bytes === undefined) return undefined;
  const stored = JSON.parse(bytesToUtf8(bytes)) as StoredFacts;
  requireStateMachine(stored.stateMachine ?? FIRST_VERSION);
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

/** Facts of the block that is to be executed. */
export function blockFacts(request: FinalizeBlockRequest, before: ChainFacts): BlockFacts {
  return {
    chainId: before.chainId,
    maxGas: before.maxGas,
    height: request.height,
    timeNs: request.timeNs,
    hash: request.hash,
    proposerAddress: request.proposerAddress,
    votes: request.decidedLastCommit.votes,
  };
}
