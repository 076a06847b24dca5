/**
 * What this room needs of cryptography; the `Primitives` of the crypto room fit.
 * @module
 */

export interface HashFunction {
  sha256(data: Uint8Array): Uint8Array;
}

export interface CometPrimitives extends HashFunction {
  /** ZIP-215 rules, as CometBFT verifies votes. */
  ed25519VerifyZip215(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean;
}
