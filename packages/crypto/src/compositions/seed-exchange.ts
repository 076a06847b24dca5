/**
 * Seed exchange: the consensus seeds encrypted for a node that proved what it runs.
 *
 * Spec: 01 §3.5. The raw X25519 result is the AES-SIV key (no HKDF), the new node's public key the only header.
 * Trust: enclave only.
 * @module
 */
import { concatBytes } from "@enclavenet/common";
import { requireLength } from "../errors.ts";
import { isLowOrderPublicKey } from "../low-order.ts";
import type { Primitives } from "../primitives.ts";
import { SecretBytes } from "../secret-bytes.ts";
import { MAX_SEEDS } from "./master-keys.ts";

const SEED_LENGTH = 32;
const SEALED_SEED_LENGTH = 48;

/**
 * Encrypted seeds for the node whose registration key is `nodePublicKey`. Undefined for a low-order key.
 * SECURITY: a low-order key would make the AES-SIV key public, and these are the seeds of the network.
 */
export function sealSeeds(
  primitives: Primitives,
  seedExchangePrivateKey: SecretBytes,
  nodePublicKey: Uint8Array,
  seeds: readonly SecretBytes[],
): Uint8Array | undefined {
  if (nodePublicKey.length !== 32 || isLowOrderPublicKey(nodePublicKey)) return undefined;
  for (const seed of seeds) requireLength(seed, SEED_LENGTH, "seed");
  const key = primitives.x25519SharedSecret(seedExchangePrivateKey, nodePublicKey);
  const sealed = seeds.map((seed) => primitives.aesSivSeal(key, [nodePublicKey], seed.expose()));
  key.wipe();
  return concatBytes(...sealed);
}

/** The seeds for the node holding `registrationPrivateKey`, or undefined when malformed or not for it. */
export function openSeeds(
  primitives: Primitives,
  registrationPrivateKey: SecretBytes,
  seedExchangePublicKey: Uint8Array,
  sealed: Uint8Array,
): SecretBytes[] | undefined {
  const count = sealed.length / SEALED_SEED_LENGTH;
  if (!Number.isInteger(count) || count < 1 || count > MAX_SEEDS) return undefined;
  if (seedExchangePublicKey.length !== 32 || isLowOrderPublicKey(seedExchangePublicKey)) return undefined;
  const header = primitives.x25519PublicKey(registrationPrivateKey);
  const key = primitives.x25519SharedSecret(registrationPrivateKey, seedExchangePublicKey);
  const seeds: SecretBytes[] = [];
  for (let i = 0; i < count; i++) {
    const part = sealed.subarray(i * SEALED_SEED_LENGTH, (i + 1) * SEALED_SEED_LENGTH);
    const seed = primitives.aesSivOpen(key, [header], part);
    if (seed !== undefined) seeds.push(SecretBytes.take(seed));
  }
  key.wipe();
  return seeds.length === count ? seeds : undefined;
}
