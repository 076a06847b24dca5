/**
 * The operations of a proof: from key and value to the hash of a leaf, from a child's hash to that of its parent.
 *
 * Spec: 05 §4.6.
 * @module
 */
import { be32, be64, concatBytes, le32, le64 } from "@enclavenet/common";
import { uvarint } from "@enclavenet/wire";
import { refuse } from "../errors.ts";
import type { HashFunction } from "../primitives.ts";
import { HashOp, type InnerOp, type LeafOp, LengthOp } from "./types.ts";

function hashOf(primitives: HashFunction, op: number, data: Uint8Array): Uint8Array {
  return op === HashOp.sha256 ? primitives.sha256(data) : refuse("PROOF_SPEC", "hash function is not served");
}

function lengthOf(op: number, length: number): Uint8Array {
  switch (op) {
    case LengthOp.none:
      return new Uint8Array(0);
    case LengthOp.varint:
      return uvarint(length);
    case LengthOp.fixed32Big:
      return be32(length);
    case LengthOp.fixed32Little:
      return le32(length);
    case LengthOp.fixed64Big:
      return be64(length);
    case LengthOp.fixed64Little:
      return le64(length);
    default:
      return refuse("PROOF_SPEC", "form of lengths is not served");
  }
}

/** The same bytes, or their hash. */
export function prehash(primitives: HashFunction, op: number, data: Uint8Array): Uint8Array {
  return op === HashOp.none ? data : hashOf(primitives, op, data);
}

/** Hash of a leaf. Empty keys and values cannot be proven. */
export function applyLeaf(primitives: HashFunction, op: LeafOp, key: Uint8Array, value: Uint8Array): Uint8Array {
  if (key.length === 0 || value.length === 0) refuse("PROOF_KEY", "a leaf needs a key and a value");
  const hashedKey = prehash(primitives, op.prehashKey, key);
  const hashedValue = prehash(primitives, op.prehashValue, value);
  const data = concatBytes(
    op.prefix,
    lengthOf(op.length, hashedKey.length),
    hashedKey,
    lengthOf(op.length, hashedValue.length),
    hashedValue,
  );
  return hashOf(primitives, op.hash, data);
}

/** Hash of the parent of `child`. */
export function applyInner(primitives: HashFunction, op: InnerOp, child: Uint8Array): Uint8Array {
  if (child.length === 0) refuse("PROOF_SPEC", "an inner node needs a child");
  return hashOf(primitives, op.hash, concatBytes(op.prefix, child, op.suffix));
}
