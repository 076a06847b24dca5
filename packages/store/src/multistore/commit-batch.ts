/**
 * Everything that one commit writes, gathered into one batch.
 * @module
 */
import type { Backend, WriteBatch } from "../backend/backend.ts";
import type { NodeRef } from "../iavl/node.ts";
import { appHashOf } from "./app-hash.ts";
import { commitKey, extraKey, nodeKey, orphansKey, STATE_KEY } from "./keys.ts";
import type { MountedStore } from "./mounted-store.ts";
import { type Pruning, planPruning } from "./pruning.ts";
import { encodeCommit, encodeNames, encodeState, storeRoots } from "./records.ts";

/** A value that is committed beside the stores and is no part of the AppHash. */
export interface ExtraValue {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** A version that is ready to be written. */
export interface PreparedCommit {
  readonly batch: WriteBatch;
  readonly appHash: Uint8Array;
  /** Oldest version that is left afterwards. */
  readonly first: number;
}

interface OpenBatch {
  readonly puts: { key: Uint8Array; value: Uint8Array }[];
  readonly deletes: Uint8Array[];
}

/** Adds one store's nodes, orphans and latest values; returns its root. */
function addStore(batch: OpenBatch, name: string, store: MountedStore, version: number): NodeRef | undefined {
  const { root, nodes, orphans } = store.save();
  for (const node of nodes) batch.puts.push({ key: nodeKey(name, node.version, node.nonce), value: node.record });
  if (orphans.length > 0) batch.puts.push({ key: orphansKey(version, name), value: encodeNames(orphans) });
  for (const { key, value } of store.pending()) {
    const at = store.latest.locate(key);
    if (value === undefined) batch.deletes.push(at);
    else batch.puts.push({ key: at, value });
  }
  return root;
}

/** Saves the trees of all stores and gathers what belongs to the version. */
export function prepareCommit(
  backend: Backend,
  stores: ReadonlyMap<string, MountedStore>,
  version: number,
  first: number,
  pruning: Pruning,
  extra: readonly ExtraValue[],
): PreparedCommit {
  const pruned = planPruning(backend, pruning, version, first);
  const batch: OpenBatch = { puts: [], deletes: [...pruned.deletes] };
  const roots = new Map<string, NodeRef | undefined>();
  for (const [name, store] of stores) roots.set(name, addStore(batch, name, store, version));

  const appHash = appHashOf(storeRoots(roots));
  batch.puts.push({ key: commitKey(version), value: encodeCommit({ appHash, roots }) });
  batch.puts.push({ key: STATE_KEY, value: encodeState({ version, first: pruned.first }) });
  for (const { key, value } of extra) batch.puts.push({ key: extraKey(key), value });
  return { batch, appHash, first: pruned.first };
}
