/**
 * Bytes of any length, encrypted to one X25519 key by somebody who has none: what an enclave hands over to the one behind it.
 *
 * Layout: spec 01 §5.3 (ephemeral public key ‖ AES-SIV); the key is ours, see {@link boxKey}.
 * Trust: enclave only.
 * @module
 */
import { concatBytes, utf8ToBytes } from "@enclavenet/common";
import type { Primitives } from "../primitives.ts";
import type { SecretBytes } from "../secret-bytes.ts";
import { boxKey, isBoxPublicKey } from "./box-key.ts";
import { randomSecret } from "./key-derivation.ts";

const KEY_LENGTH = 32;
const INFO = utf8ToBytes("enclavenet upgrade package 1");

/** `plaintext` for the holder of this key; undefined for a low-order key. */
export function sealPackage(
  primitives: Primitives,
  nodePublicKey: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array | undefined {
  if (!isBoxPublicKey(nodePublicKey)) return undefined;
  const ephemeral = randomSecret(primitives);
  const senderPublicKey = primitives.x25519PublicKey(ephemeral);
  const key = boxKey(primitives, ephemeral, nodePublicKey, { senderPublicKey, nodePublicKey }, INFO);
  const sealed = primitives.aesSivSeal(key, [nodePublicKey], plaintext);
  key.wipe();
  ephemeral.wipe();
  return concatBytes(senderPublicKey, sealed);
}

/** What {@link sealPackage} sealed for this key; undefined when it is not for it. */
export function openPackage(
  primitives: Primitives,
  nodePrivateKey: SecretBytes,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const senderPublicKey = sealed.subarray(0, KEY_LENGTH);
  if (!isBoxPublicKey(senderPublicKey)) return undefined;
  const nodePublicKey = primitives.x25519PublicKey(nodePrivateKey);
  const key = boxKey(primitives, nodePrivateKey, senderPublicKey, { senderPublicKey, nodePublicKey }, INFO);
  const plaintext = primitives.aesSivOpen(key, [nodePublicKey], sealed.subarray(KEY_LENGTH));
  key.wipe();
  return plaintext;
}
