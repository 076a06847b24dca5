/**
 * Layout of the database. One letter says what a record is; store names stand with their length, so that no name is
 * the beginning of another.
 *
 * - `k` len name key: latest value
 * - `n` len name be64(version) be32(nonce): node of a tree
 * - `c` be64(version): commit record
 * - `o` be64(version) len name: nodes that the version dropped
 * - `m`: state record
 * - `x` key: what the application commits beside the stores
 * @module
 */
import { be64, concatBytes, LocalError, utf8ToBytes } from "@enclavenet/common";

const LATEST = 0x6b;
const NODE = 0x6e;
const COMMIT = 0x63;
const ORPHANS = 0x6f;
const EXTRA = 0x78;

/** Where the state record is. */
export const STATE_KEY: Uint8Array = Uint8Array.of(0x6d);

/** be64(version) ‖ be32(nonce). */
const NODE_NAME_LENGTH = 12;

const NAME_MAX = 255;
const names = new Map<string, Uint8Array>();

/** len ‖ name. Throws `STORE_NAME_INVALID`. */
function nameBytes(name: string): Uint8Array {
  const known = names.get(name);
  if (known !== undefined) return known;
  const bytes = utf8ToBytes(name);
  if (bytes.length === 0 || bytes.length > NAME_MAX) {
    throw new LocalError("STORE_NAME_INVALID", "a store name has 1 to 255 bytes");
  }
  const out = concatBytes(Uint8Array.of(bytes.length), bytes);
  names.set(name, out);
  return out;
}

/** Beginning of all latest values of a store. */
export function latestPrefix(name: string): Uint8Array {
  return concatBytes(Uint8Array.of(LATEST), nameBytes(name));
}

/** Where a node is. PERF: written in place; a commit makes one for every node on every changed path. */
export function nodeKey(name: string, version: number, nonce: number): Uint8Array {
  const store = nameBytes(name);
  const out = new Uint8Array(1 + store.length + NODE_NAME_LENGTH);
  out[0] = NODE;
  out.set(store, 1);
  const at = 1 + store.length;
  let rest = version;
  for (let i = at + 7; i >= at; i--) {
    out[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  for (let i = 0; i < 4; i++) out[at + 8 + i] = nonce >>> (24 - 8 * i);
  return out;
}

/** Where the commit record of a version is. */
export function commitKey(version: number): Uint8Array {
  return concatBytes(Uint8Array.of(COMMIT), be64(version));
}

/** Beginning of the orphan records of a version. */
export function orphansPrefix(version: number): Uint8Array {
  return concatBytes(Uint8Array.of(ORPHANS), be64(version));
}

/** Where the orphan record of a store's version is. */
export function orphansKey(version: number, name: string): Uint8Array {
  return concatBytes(orphansPrefix(version), nameBytes(name));
}

/** Where an extra value is. */
export function extraKey(key: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(EXTRA), key);
}
