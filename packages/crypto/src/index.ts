/**
 * Protocol cryptography as compositions over an explicit {@link Primitives}, which every function takes first.
 * Implementations: `@enclavenet/crypto/node` and `@enclavenet/crypto/noble`. This door imports neither.
 * @module
 */
export * from "./compositions/admin-proof.ts";
export * from "./compositions/callback-signature.ts";
export * from "./compositions/contract-address.ts";
export * from "./compositions/contract-input.ts";
export * from "./compositions/contract-key.ts";
export * from "./compositions/key-derivation.ts";
export * from "./compositions/master-keys.ts";
export * from "./compositions/output.ts";
export * from "./compositions/randomness.ts";
export * from "./compositions/reply.ts";
export * from "./compositions/sealed-package.ts";
export * from "./compositions/secret-message.ts";
export * from "./compositions/seed-exchange.ts";
export * from "./compositions/seed-share.ts";
export * from "./compositions/state-cipher.ts";
export * from "./compositions/state-record.ts";
export * from "./constant-time.ts";
export { CRYPTO_USAGE } from "./errors.ts";
export * from "./host-crypto.ts";
export * from "./low-order.ts";
export * from "./primitives.ts";
export * from "./secret-bytes.ts";
