/**
 * Cryptographic host functions of contracts, with exactly the return codes that contracts know.
 *
 * Spec: 03 §1.4. Arguments come from a contract: every length is possible, nothing here throws on them. Gas is the
 * engine's business.
 * @module
 */
import { compareBytes, fromHex } from "@enclavenet/common";
import type { Primitives } from "./primitives.ts";
import { SecretBytes } from "./secret-bytes.ts";

/** Return codes. spec 03 §1.4 */
export const HOST_CRYPTO_CODE = {
  ok: 0,
  verificationFailed: 1,
  invalidHashFormat: 3,
  invalidSignatureFormat: 4,
  invalidPublicKeyFormat: 5,
  invalidBatch: 7,
  generic: 10,
  invalidPrivateKeyFormat: 1000,
} as const;

/** Answer of a function that makes bytes: the bytes, or a code other than 0. */
export type HostValueResult = { readonly value: Uint8Array } | { readonly code: number };

/**
 * What a wasm engine is given; the shape is the one that `@enclavenet/wasm-engine` asks for. Verifications answer a
 * code: 0 good, 1 bad, otherwise what is wrong with the arguments.
 */
export interface HostCrypto {
  secp256k1Verify(digest: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): number;
  /** 33-byte compressed key. */
  secp256k1RecoverPublicKey(digest: Uint8Array, signature: Uint8Array, recoveryParam: number): HostValueResult;
  ed25519Verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): number;
  ed25519BatchVerify(
    messages: readonly Uint8Array[],
    signatures: readonly Uint8Array[],
    publicKeys: readonly Uint8Array[],
  ): number;
  /** Signs SHA-256 of the message; 64-byte compact signature. */
  secp256k1Sign(message: Uint8Array, privateKey: Uint8Array): HostValueResult;
  /** Signs the message itself; 64-byte signature. */
  ed25519Sign(message: Uint8Array, seed: Uint8Array): HostValueResult;
}

const CODE = HOST_CRYPTO_CODE;

/** n, the order of the group of secp256k1, big endian. SEC 2 §2.4.1 */
const SECP256K1_ORDER = fromHex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

/** Whether 32 big-endian bytes are below the group order. */
function isBelowOrder(bytes: Uint8Array): boolean {
  return compareBytes(bytes, SECP256K1_ORDER) < 0;
}

/** Length and leading byte only; whether it is a point is a later question with another code. */
function hasPublicKeyFormat(publicKey: Uint8Array): boolean {
  const first = publicKey[0];
  if (publicKey.length === 33) return first === 2 || first === 3;
  return publicKey.length === 65 && (first === 4 || first === 6 || first === 7);
}

function verdict(good: boolean): number {
  return good ? CODE.ok : CODE.verificationFailed;
}

function secp256k1Verify(
  primitives: Primitives,
  digest: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
): number {
  if (digest.length !== 32) return CODE.invalidHashFormat;
  if (signature.length !== 64) return CODE.invalidSignatureFormat;
  if (!hasPublicKeyFormat(publicKey)) return CODE.invalidPublicKeyFormat;
  if (primitives.secp256k1Verify(digest, signature, publicKey)) return CODE.ok;
  // Failed: tell a parse failure (r or s not below n, key not a point) from a signature that does not fit.
  const parses = isBelowOrder(signature.subarray(0, 32)) && isBelowOrder(signature.subarray(32));
  if (!parses || !primitives.secp256k1IsPublicKey(publicKey)) return CODE.generic;
  return CODE.verificationFailed;
}

function ed25519Verify(
  primitives: Primitives,
  message: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
): number {
  if (signature.length !== 64) return CODE.invalidSignatureFormat;
  if (publicKey.length !== 32) return CODE.invalidPublicKeyFormat;
  if (primitives.ed25519VerifyZip215(message, signature, publicKey)) return CODE.ok;
  if (!primitives.ed25519IsPublicKey(publicKey)) return CODE.invalidPublicKeyFormat;
  return CODE.verificationFailed;
}

/** Accepted shapes: equal lengths; one message with n signatures and n keys; n messages and n signatures, one key. */
function batchSize(messages: number, signatures: number, publicKeys: number): number | undefined {
  if (messages === signatures && signatures === publicKeys) return signatures;
  if (messages === 1 && signatures === publicKeys) return signatures;
  if (publicKeys === 1 && messages === signatures) return signatures;
  return undefined;
}

/**
 * Verified one by one: under ZIP-215 a batch and its members always agree, so that no random coefficients are
 * needed. A key that is no point fails the batch with 1, as it does in a combined equation.
 */
function ed25519BatchVerify(
  primitives: Primitives,
  messages: readonly Uint8Array[],
  signatures: readonly Uint8Array[],
  publicKeys: readonly Uint8Array[],
): number {
  const size = batchSize(messages.length, signatures.length, publicKeys.length);
  if (size === undefined) return CODE.invalidBatch;
  if (signatures.some((signature) => signature.length !== 64)) return CODE.invalidSignatureFormat;
  if (publicKeys.some((publicKey) => publicKey.length !== 32)) return CODE.invalidPublicKeyFormat;
  for (let i = 0; i < size; i++) {
    const message = messages[messages.length === 1 ? 0 : i] as Uint8Array;
    const publicKey = publicKeys[publicKeys.length === 1 ? 0 : i] as Uint8Array;
    if (!primitives.ed25519VerifyZip215(message, signatures[i] as Uint8Array, publicKey)) return verdict(false);
  }
  return verdict(true);
}

/** Host functions over `primitives`. */
export function createHostCrypto(primitives: Primitives): HostCrypto {
  return {
    secp256k1Verify: (digest, signature, publicKey) => secp256k1Verify(primitives, digest, signature, publicKey),
    secp256k1RecoverPublicKey(digest, signature, recoveryParam) {
      if (digest.length !== 32) return { code: CODE.invalidHashFormat };
      if (signature.length !== 64) return { code: CODE.invalidSignatureFormat };
      const value = primitives.secp256k1Recover(digest, signature, recoveryParam);
      return value === undefined ? { code: CODE.generic } : { value };
    },
    ed25519Verify: (message, signature, publicKey) => ed25519Verify(primitives, message, signature, publicKey),
    ed25519BatchVerify: (messages, signatures, publicKeys) =>
      ed25519BatchVerify(primitives, messages, signatures, publicKeys),
    secp256k1Sign(message, privateKey) {
      if (privateKey.length !== 32) return { code: CODE.invalidPrivateKeyFormat };
      const key = SecretBytes.from(privateKey);
      const value = primitives.secp256k1Sign(primitives.sha256(message), key);
      key.wipe();
      return value === undefined ? { code: CODE.invalidPrivateKeyFormat } : { value };
    },
    ed25519Sign(message, seed) {
      if (seed.length !== 32) return { code: CODE.invalidPrivateKeyFormat };
      const key = SecretBytes.from(seed);
      const value = primitives.ed25519Sign(message, key);
      key.wipe();
      return { value };
    },
  };
}
