/**
 * Rules about the nodes of an IAVL tree that the general form of a proof leaves open.
 *
 * Spec: 05 §4.6 ("extra rules"): the prefix begins with height, size and version as zigzag varints. A leaf has height 0, size
 * 1 and nothing more; an inner node is at least as high as its layer, and goes on with the length of the child's hash, after
 * the whole left sibling when the child is the right one.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { ProtoReader } from "@enclavenet/wire";
import { refuse } from "../errors.ts";
import type { InnerOp, LeafOp } from "./types.ts";

/** Length of a hash's length, and of length ‖ hash ‖ length. */
const REST_BEFORE_LEFT_CHILD = 1;
const REST_BEFORE_RIGHT_CHILD = 34;

interface NodeHead {
  readonly height: bigint;
  readonly size: bigint;
  readonly version: bigint;
  /** Bytes after these. */
  readonly rest: number;
}

function zigzag(value: bigint): bigint {
  return (value >> 1n) ^ -(value & 1n);
}

function readHead(prefix: Uint8Array): NodeHead {
  try {
    const reader = new ProtoReader(prefix);
    const [height, size, version] = [zigzag(reader.varint()), zigzag(reader.varint()), zigzag(reader.varint())];
    return { height, size, version, rest: reader.remaining };
  } catch (error) {
    if (error instanceof LocalError) refuse("PROOF_SPEC", "IAVL: prefix without height, size and version", error);
    throw error;
  }
}

/** Throws `PROOF_SPEC` for a node that no IAVL tree has at this layer. */
export function checkIavlNode(node: LeafOp | InnerOp, layer: number): void {
  const { height, size, version, rest } = readHead(node.prefix);
  if (size < 0n || version < 0n) refuse("PROOF_SPEC", "IAVL: size or version is negative");
  if (layer === 0) {
    if (height !== 0n || size !== 1n || rest !== 0) refuse("PROOF_SPEC", "IAVL: not the prefix of a leaf");
    return;
  }
  if (height < BigInt(layer)) refuse("PROOF_SPEC", "IAVL: node is lower than its layer");
  if (rest !== REST_BEFORE_LEFT_CHILD && rest !== REST_BEFORE_RIGHT_CHILD) {
    refuse("PROOF_SPEC", "IAVL: prefix of another length");
  }
}
