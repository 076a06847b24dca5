/**
 * A seed that a rotation adds, encrypted to one node: whoever holds the seeds before it, and is no recipient, learns nothing.
 *
 * Our own (upstream hands its rotation seed from machine to machine, spec 01 §5.6): a key pair per rotation on the sender's side,
 * HKDF over the shared secret and both public keys, AES-SIV with the node's key as the only header.
 * Trust: enclave only.
 * @module
 */
import { utf8ToBytes } from "@enclavenet/common";
import { requireLength } from "../errors.ts";
import type { Primitives } from "../primitives.ts";
import type { SecretBytes } from "../secret-bytes.ts";
import { boxKey, isBoxPublicKey } from "./box-key.ts";

const KEY_LENGTH = 32;
const INFO = utf8ToBytes("enclavenet seed share 1");

/** `seed` for the node with this registration key; undefined for a low-order key. The sender's key is good for one rotation. */
export function sealSeedShare(
  primitives: Primitives,
  senderPrivateKey: SecretBytes,
  nodePublicKey: Uint8Array,
  seed: SecretBytes,
): Uint8Array | undefined {
  requireLength(seed, KEY_LENGTH, "seed");
  if (!isBoxPublicKey(nodePublicKey)) return undefined;
  const senderPublicKey = primitives.x25519PublicKey(senderPrivateKey);
  const key = boxKey(primitives, senderPrivateKey, nodePublicKey, { senderPublicKey, nodePublicKey }, INFO);
  const sealed = primitives.aesSivSeal(key, [nodePublicKey], seed.expose());
  key.wipe();
  return sealed;
}

/** The seed in a share; undefined when it is not for this node. */
export function openSeedShare(
  primitives: Primitives,
  nodePrivateKey: SecretBytes,
  senderPublicKey: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  if (!isBoxPublicKey(senderPublicKey)) return undefined;
  const nodePublicKey = primitives.x25519PublicKey(nodePrivateKey);
  const key = boxKey(primitives, nodePrivateKey, senderPublicKey, { senderPublicKey, nodePublicKey }, INFO);
  const seed = primitives.aesSivOpen(key, [nodePublicKey], sealed);
  key.wipe();
  return seed?.length === KEY_LENGTH ? seed : undefined;
}
