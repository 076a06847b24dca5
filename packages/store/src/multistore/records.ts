/**
 * Stored forms of a commit, of the state, and of orphan lists.
 * @module
 */
import { concatBytes, LocalError, utf8ToBytes } from "@enclavenet/common";
import type { NodeName } from "../iavl/mutable-tree.ts";
import { encodeRef, type NodeRef, readRef } from "../iavl/node.ts";
import { EMPTY_HASH } from "../iavl/sha256.ts";
import { corruptRecord, putUvarint, RecordReader } from "../iavl/varint.ts";
import type { StoreRoot } from "./app-hash.ts";

/** The roots of all stores at one version, sorted by name. */
export interface CommitRecord {
  readonly appHash: Uint8Array;
  readonly roots: ReadonlyMap<string, NodeRef | undefined>;
}

/** Which versions there are. */
export interface StateRecord {
  /** The last version; 0 before the first commit. */
  readonly version: number;
  /** The oldest version that is kept. */
  readonly first: number;
}

const FORMAT = 1;
const HASH_LENGTH = 32;

/** Names with root hashes, as the AppHash takes them. */
export function storeRoots(roots: CommitRecord["roots"]): StoreRoot[] {
  return [...roots].map(([name, root]) => ({ name, hash: root?.hash ?? EMPTY_HASH }));
}

function uvarint(value: number): Uint8Array {
  const out = new Uint8Array(8);
  return out.subarray(0, putUvarint(out, 0, value));
}

/** appHash, then per store: uvarint length of the name, name, 0 for an empty tree or 1 and the root's reference. */
export function encodeCommit(record: CommitRecord): Uint8Array {
  const parts: Uint8Array[] = [record.appHash];
  for (const [name, root] of record.roots) {
    const bytes = utf8ToBytes(name);
    parts.push(uvarint(bytes.length), bytes, Uint8Array.of(root === undefined ? 0 : 1));
    if (root !== undefined) parts.push(encodeRef(root));
  }
  return concatBytes(...parts);
}

/** Reads {@link encodeCommit}. */
export function decodeCommit(bytes: Uint8Array): CommitRecord {
  const reader = new RecordReader(bytes);
  const appHash = reader.take(HASH_LENGTH);
  const roots = new Map<string, NodeRef | undefined>();
  while (!reader.done) {
    const name = reader.text();
    const filled = reader.byte();
    if (filled > 1) throw corruptRecord("a root is neither there nor absent");
    roots.set(name, filled === 1 ? readRef(reader) : undefined);
  }
  return { appHash, roots };
}

/** Format number, uvarint version, uvarint first. */
export function encodeState(state: StateRecord): Uint8Array {
  return concatBytes(Uint8Array.of(FORMAT), uvarint(state.version), uvarint(state.first));
}

/** Reads {@link encodeState}. Throws `STORE_FORMAT_UNKNOWN`. */
export function decodeState(bytes: Uint8Array): StateRecord {
  const reader = new RecordReader(bytes);
  const format = reader.byte();
  if (format !== FORMAT) {
    throw new LocalError("STORE_FORMAT_UNKNOWN", `the database has format ${format}, this program reads ${FORMAT}`, {
      fix: "use the program that wrote it, or synchronise again",
    });
  }
  return { version: reader.uvarint(), first: reader.uvarint() };
}

/** Pairs of uvarint version, uvarint nonce. */
export function encodeNames(names: readonly NodeName[]): Uint8Array {
  const out = new Uint8Array(names.length * 16);
  let at = 0;
  for (const { version, nonce } of names) at = putUvarint(out, putUvarint(out, at, version), nonce);
  return out.subarray(0, at);
}

/** Reads {@link encodeNames}. */
export function decodeNames(bytes: Uint8Array): NodeName[] {
  const reader = new RecordReader(bytes);
  const names: NodeName[] = [];
  while (!reader.done) names.push({ version: reader.uvarint(), nonce: reader.uvarint() });
  return names;
}
