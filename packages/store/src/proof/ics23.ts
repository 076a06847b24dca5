/**
 * ICS-23 messages in the forms that this chain produces: SHA-256 everywhere, values hashed before, lengths as varints
 * (spec 05 §4.6).
 * @module
 */
import { concatBytes } from "@enclavenet/common";
import { bytesField, messageField, varintField } from "./protobuf.ts";

const SHA256 = 1;
const VAR_PROTO = 1;

/** One step from a child to its parent: the parent hashes prefix ‖ child ‖ suffix. */
export interface InnerStep {
  readonly prefix: Uint8Array;
  readonly suffix: Uint8Array;
}

/** That a key has a value. */
export interface ExistenceProof {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly leafPrefix: Uint8Array;
  /** From the leaf to the root. */
  readonly path: readonly InnerStep[];
}

/** That a key has none: its neighbours, one of which may be missing at an edge. */
export interface NonExistenceProof {
  readonly key: Uint8Array;
  readonly left: ExistenceProof | undefined;
  readonly right: ExistenceProof | undefined;
}

function encodeLeaf(prefix: Uint8Array): Uint8Array {
  return concatBytes(varintField(1, SHA256), varintField(3, SHA256), varintField(4, VAR_PROTO), bytesField(5, prefix));
}

function encodeStep({ prefix, suffix }: InnerStep): Uint8Array {
  return concatBytes(varintField(1, SHA256), bytesField(2, prefix), bytesField(3, suffix));
}

function encodeExistence(proof: ExistenceProof): Uint8Array {
  return concatBytes(
    bytesField(1, proof.key),
    bytesField(2, proof.value),
    messageField(3, encodeLeaf(proof.leafPrefix)),
    ...proof.path.map((step) => messageField(4, encodeStep(step))),
  );
}

/** CommitmentProof that holds an existence proof. */
export function encodeExistenceProof(proof: ExistenceProof): Uint8Array {
  return messageField(1, encodeExistence(proof));
}

/** CommitmentProof that holds a non-existence proof. */
export function encodeNonExistenceProof({ key, left, right }: NonExistenceProof): Uint8Array {
  const body = concatBytes(
    bytesField(1, key),
    ...(left === undefined ? [] : [messageField(2, encodeExistence(left))]),
    ...(right === undefined ? [] : [messageField(3, encodeExistence(right))]),
  );
  return messageField(2, body);
}
