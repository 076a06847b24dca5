/**
 * Key between a sender who draws a key pair for it and a node that is known by its X25519 key: HKDF over the shared secret and both
 * public keys, so that one shared secret serves one purpose and one direction.
 * @module
 */
import { concatBytes } from "@enclavenet/common";
import { isLowOrderPublicKey } from "../low-order.ts";
import type { Primitives } from "../primitives.ts";
import type { SecretBytes } from "../secret-bytes.ts";
import { hkdfFromSecret } from "./key-derivation.ts";

const KEY_LENGTH = 32;

/** Both sides' public keys. */
export interface BoxKeys {
  readonly senderPublicKey: Uint8Array;
  readonly nodePublicKey: Uint8Array;
}

/** Whether a key can be encrypted to: of its length, and not of low order. */
export function isBoxPublicKey(publicKey: Uint8Array): boolean {
  return publicKey.length === KEY_LENGTH && !isLowOrderPublicKey(publicKey);
}

/** The key, from either side's private key and the other side's public one. `info` names the purpose. */
export function boxKey(
  primitives: Primitives,
  own: SecretBytes,
  other: Uint8Array,
  { senderPublicKey, nodePublicKey }: BoxKeys,
  info: Uint8Array,
): SecretBytes {
  const shared = primitives.x25519SharedSecret(own, other);
  const key = hkdfFromSecret(primitives, shared, concatBytes(senderPublicKey, nodePublicKey), info);
  shared.wipe();
  return key;
}
