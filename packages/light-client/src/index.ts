/**
 * CometBFT header, commit and validator-set hashing and verification. Pure.
 * @module
 */
export * from "./comet/hashes.ts";
export * from "./comet/merkle.ts";
export * from "./comet/verify.ts";
export * from "./errors.ts";
export type { CometPrimitives, HashFunction } from "./primitives.ts";
