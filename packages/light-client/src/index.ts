/**
 * CometBFT header, commit and validator-set hashing and verification, and ICS-23 proofs of stored values. Pure.
 * @module
 */
export * from "./comet/hashes.ts";
export * from "./comet/merkle.ts";
export * from "./comet/verify.ts";
export type { LightClientCode } from "./errors.ts";
export { LightClientError } from "./errors.ts";
export { decodeCommitmentProof } from "./ics23/codec.ts";
export { verifyMembership, verifyNonMembership } from "./ics23/membership.ts";
export { iavlSpec, tendermintSpec } from "./ics23/specs.ts";
export * from "./ics23/store-proof.ts";
export type * from "./ics23/types.ts";
export type { CometPrimitives, HashFunction } from "./primitives.ts";
