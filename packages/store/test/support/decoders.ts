/** The decoders of this room, for its property test and for the long fuzz run: records of a damaged database. */
import fc from "fast-check";
import { type Decoder, sameMeaning } from "../../../../tests/support/decoder.ts";
import { decodeNode, encodeNode, type NodeRef, TreeNode } from "../../src/iavl/node.ts";
import {
  decodeCommit,
  decodeNames,
  decodeState,
  encodeCommit,
  encodeNames,
  encodeState,
} from "../../src/multistore/records.ts";

const REFUSALS = ["STORE_CORRUPT"];
const hash = new Uint8Array(32).fill(3);
const ref = (height: number): NodeRef => ({ version: 300, nonce: 7, hash, height, size: 2 ** height });
const key = Uint8Array.of(1, 2, 3);
const leaf = new TreeNode(5, key, Uint8Array.of(9, 9));
const inner = TreeNode.inner(5, key, ref(1), ref(0));

function codec<T>(
  name: string,
  values: readonly T[],
  encode: (value: T) => Uint8Array,
  decode: (bytes: Uint8Array) => T,
  refusals = REFUSALS,
): Decoder {
  return {
    name: `store: ${name}`,
    seeds: fc.constantFrom(...values.map(encode)),
    refusals,
    attempt(bytes) {
      const value = decode(bytes);
      sameMeaning(name, decode(encode(value)), value);
    },
  };
}

export const decoders: readonly Decoder[] = [
  codec("leaf", [leaf], encodeNode, (bytes) => decodeNode(leaf, bytes)),
  codec("inner node", [inner], encodeNode, (bytes) => decodeNode(inner, bytes)),
  codec(
    "commit",
    [
      {
        appHash: hash,
        roots: new Map([
          ["acc", ref(3)],
          ["bank", undefined],
        ]),
      },
      { appHash: hash, roots: new Map() },
    ],
    encodeCommit,
    decodeCommit,
  ),
  codec("state", [{ version: 1000, first: 4 }], encodeState, decodeState, [...REFUSALS, "STORE_FORMAT_UNKNOWN"]),
  codec(
    "names of nodes",
    [
      [],
      [
        { version: 1, nonce: 2 },
        { version: 300, nonce: 70_000 },
      ],
    ],
    encodeNames,
    decodeNames,
  ),
];
