/**
 * Which versions go, and what goes with them (spec 05 §4.4). A version that drops a node records it; the node goes with
 * the last version that had it. Versions go oldest first, so nothing has to be searched.
 * @module
 */
import { bytesToUtf8, LocalError } from "@enclavenet/common";
import type { Backend } from "../backend/backend.ts";
import { prefixEnd } from "../kv/prefix-store.ts";
import { commitKey, nodeKey, orphansPrefix } from "./keys.ts";
import { decodeNames } from "./records.ts";

/** Keep the last version and `keepRecent` before it, and prune at each version that `interval` divides. */
export interface PruningPlan {
  readonly keepRecent: bigint;
  readonly interval: bigint;
}

/** What to keep. */
export type Pruning = PruningPlan | "nothing";

/** Deletes of one commit are bounded, so that a backlog does not stop the chain; the next commits go on with it. */
const DELETES_MAX = 20_000;

/** Versions that go in one commit whatever they delete: more than a commit adds, so that a backlog always shrinks. */
const VERSIONS_MIN = 2;

/** Throws `STORE_PRUNING_INVALID`. */
export function requirePruning(pruning: Pruning): void {
  if (pruning === "nothing") return;
  if (pruning.keepRecent < 1n || pruning.interval < 1n) {
    throw new LocalError("STORE_PRUNING_INVALID", "keepRecent and interval are at least 1", {
      fix: 'use "nothing" to keep every version',
    });
  }
}

/**
 * The newest version that may go when `version` is committed; 0 for none. Between two multiples of the interval it
 * stands still, and only what the bound left over goes.
 */
function lastToPrune(pruning: Pruning, version: number): number {
  if (pruning === "nothing") return 0;
  const due = version - (version % Number(pruning.interval));
  return Math.max(0, due - 1 - Number(pruning.keepRecent));
}

/** What to delete, and the oldest version that is left. */
export interface PruneResult {
  readonly deletes: readonly Uint8Array[];
  readonly first: number;
}

/** Plans the pruning that goes with the commit of `version`, when versions from `first` on are there. */
export function planPruning(backend: Backend, pruning: Pruning, version: number, first: number): PruneResult {
  const last = lastToPrune(pruning, version);
  const deletes: Uint8Array[] = [];
  let oldest = first;
  while (oldest <= last && (deletes.length < DELETES_MAX || oldest < first + VERSIONS_MIN)) {
    deletes.push(commitKey(oldest));
    oldest++;
    const prefix = orphansPrefix(oldest);
    for (const [key, record] of backend.range(prefix, prefixEnd(prefix), false)) {
      const store = bytesToUtf8(key.subarray(prefix.length + 1));
      for (const { version: made, nonce } of decodeNames(record)) deletes.push(nodeKey(store, made, nonce));
      deletes.push(key);
    }
  }
  return { deletes, first: oldest };
}
