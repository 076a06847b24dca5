/**
 * Protobuf of ICS-23 proofs.
 *
 * Spec: 05 §4.6 (numbers of the fields). Unknown fields are refused, and with them the batches that no query answers.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { bytesType, int32Type, messageCodec, optionalMessage, repeatedMessage } from "@enclavenet/wire";
import { refuse } from "../errors.ts";
import type { CommitmentProof, ExistenceProof, InnerOp, LeafOp, NonExistenceProof } from "./types.ts";

const leafOp = messageCodec<LeafOp>("LeafOp", {
  hash: [1, int32Type],
  prehashKey: [2, int32Type],
  prehashValue: [3, int32Type],
  length: [4, int32Type],
  prefix: [5, bytesType],
});

const innerOp = messageCodec<InnerOp>("InnerOp", {
  hash: [1, int32Type],
  prefix: [2, bytesType],
  suffix: [3, bytesType],
});

const existence = messageCodec<ExistenceProof>("ExistenceProof", {
  key: [1, bytesType],
  value: [2, bytesType],
  leaf: [3, optionalMessage(() => leafOp)],
  path: [4, repeatedMessage(() => innerOp)],
});

const nonExistence = messageCodec<NonExistenceProof>("NonExistenceProof", {
  key: [1, bytesType],
  left: [2, optionalMessage(() => existence)],
  right: [3, optionalMessage(() => existence)],
});

const commitmentProof = messageCodec<CommitmentProof>(
  "CommitmentProof",
  { exist: [1, optionalMessage(() => existence)], nonexist: [2, optionalMessage(() => nonExistence)] },
  { oneof: ["exist", "nonexist"] },
);

/** The proof of its protobuf. Throws {@link LightClientError} `PROOF_DECODE`. */
export function decodeCommitmentProof(bytes: Uint8Array): CommitmentProof {
  try {
    return commitmentProof.decode(bytes);
  } catch (error) {
    if (error instanceof LocalError) refuse("PROOF_DECODE", error.message, error);
    throw error;
  }
}
