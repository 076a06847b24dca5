/**
 * CometBFT header, commit and validator-set hashing and verification, ICS-23 proofs. Pure.
 * @module
 */
export {};
