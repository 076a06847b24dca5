/**
 * The encrypted message: key agreement, layout, sealing on the client, opening in the enclave.
 *
 * Spec: 02 §2.1, §2.2, §2.5
 * Layout: nonce(32) ‖ user public key(32) ‖ V(16) ‖ ciphertext; plaintext = code hash as 64 hex characters ‖ JSON.
 * Vectors: tests/vectors/tx-encryption.json
 * @module
 */
import { concatBytes, utf8ToBytes } from "@enclavenet/common";
import { requireLength } from "../errors.ts";
import type { Primitives } from "../primitives.ts";
import type { SecretBytes } from "../secret-bytes.ts";
import { hkdfFromSecret } from "./key-derivation.ts";

/** Shorter inputs are not encrypted messages. spec 02 §2.1 */
export const MIN_SECRET_MESSAGE_LENGTH = 82;

/** Nonce and public key in front of the ciphertext. */
export const SECRET_MESSAGE_HEADER_LENGTH = 64;

/** Header list of everything under a transaction key: one empty header, not an empty list. spec 02 §1.3 */
export const MESSAGE_HEADERS: readonly Uint8Array[] = [new Uint8Array(0)];

/** Public key (and nonce) that stand for "not encrypted" where a plaintext message is let through. spec 02 §2.5 */
export const ZERO_PUBLIC_KEY: Uint8Array = new Uint8Array(32);

/** An encrypted message taken apart. */
export interface SecretMessage {
  readonly nonce: Uint8Array;
  readonly userPublicKey: Uint8Array;
  /** V ‖ ciphertext; the part that callback signatures cover. */
  readonly msg: Uint8Array;
}

/** The parts of an encrypted message, or undefined when it is shorter than {@link MIN_SECRET_MESSAGE_LENGTH}. */
export function tryParseSecretMessage(bytes: Uint8Array): SecretMessage | undefined {
  if (bytes.length < MIN_SECRET_MESSAGE_LENGTH) return undefined;
  return { nonce: bytes.slice(0, 32), userPublicKey: bytes.slice(32, 64), msg: bytes.slice(64) };
}

/** Wire bytes of an encrypted message. */
export function encodeSecretMessage(message: SecretMessage): Uint8Array {
  return concatBytes(message.nonce, message.userPublicKey, message.msg);
}

/**
 * Transaction key: `HKDF(X25519(privateKey, publicKey) ‖ nonce)`. The client passes its own private key and the
 * network's public key, the enclave the reverse; both get the same key, which covers the whole call tree of a message.
 *
 * SECURITY: a low-order public key (the zero key is one) makes the shared secret 32 zero bytes, so that anybody can
 * compute the result. It is allowed here because a plaintext instantiate is answered under the zero key. Whoever
 * accepts a *user's* encrypted message calls {@link isLowOrderPublicKey} and refuses; a client refuses a network key.
 */
export function txEncryptionKey(
  primitives: Primitives,
  privateKey: SecretBytes,
  publicKey: Uint8Array,
  nonce: Uint8Array,
): SecretBytes {
  const shared = primitives.x25519SharedSecret(privateKey, publicKey);
  const key = txEncryptionKeyOf(primitives, shared, nonce);
  shared.wipe();
  return key;
}

/** The same from the shared secret, for whoever keeps it between messages. */
function txEncryptionKeyOf(primitives: Primitives, shared: SecretBytes, nonce: Uint8Array): SecretBytes {
  requireLength(nonce, 32, "nonce");
  return hkdfFromSecret(primitives, shared, nonce);
}

/** What a client encrypts. */
export interface PlainMessage {
  /** Code hash as clients hold it: 64 hex characters without 0x, see {@link normalizeCodeHash}. */
  readonly codeHash: string;
  /** JSON text of the contract message. */
  readonly json: string;
}

/** Code hash text as the enclave demands it: without `0x`, lower case. */
export function normalizeCodeHash(text: string): string {
  const lower = text.toLowerCase();
  return lower.startsWith("0x") ? lower.slice(2) : lower;
}

/** Seals `plaintext` under a transaction key and puts nonce and public key in front. */
export function sealSecretMessage(
  primitives: Primitives,
  txKey: SecretBytes,
  header: { readonly nonce: Uint8Array; readonly userPublicKey: Uint8Array },
  plaintext: Uint8Array,
): Uint8Array {
  requireLength(header.nonce, 32, "nonce");
  requireLength(header.userPublicKey, 32, "public key");
  const msg = primitives.aesSivSeal(txKey, MESSAGE_HEADERS, plaintext);
  return encodeSecretMessage({ ...header, msg });
}

/** Client side: wire bytes of `message` for the network whose key is `ioPublicKey`. A nonce is used once. */
export function encryptMessage(
  primitives: Primitives,
  keys: { readonly clientPrivateKey: SecretBytes; readonly ioPublicKey: Uint8Array; readonly nonce: Uint8Array },
  message: PlainMessage,
): Uint8Array {
  const txKey = txEncryptionKey(primitives, keys.clientPrivateKey, keys.ioPublicKey, keys.nonce);
  const header = { nonce: keys.nonce, userPublicKey: primitives.x25519PublicKey(keys.clientPrivateKey) };
  const sealed = sealSecretMessage(primitives, txKey, header, utf8ToBytes(message.codeHash + message.json));
  txKey.wipe();
  return sealed;
}

/** An opened message: its parts, the key of its call tree, and the plaintext with the code hash still in front. */
export interface OpenedMessage {
  readonly message: SecretMessage;
  readonly txKey: SecretBytes;
  readonly plaintext: Uint8Array;
}

/**
 * Enclave side: opens wire bytes. Undefined when they are too short or not authentic.
 *
 * @param sharedSecret X25519 of the network's key with the given user's public key; may be remembered between calls.
 */
export function openMessage(
  primitives: Primitives,
  sharedSecret: (userPublicKey: Uint8Array) => SecretBytes,
  bytes: Uint8Array,
): OpenedMessage | undefined {
  const message = tryParseSecretMessage(bytes);
  if (message === undefined) return undefined;
  const txKey = txEncryptionKeyOf(primitives, sharedSecret(message.userPublicKey), message.nonce);
  const plaintext = primitives.aesSivOpen(txKey, MESSAGE_HEADERS, message.msg);
  return plaintext === undefined ? undefined : { message, txKey, plaintext };
}
