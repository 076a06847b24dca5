/**
 * The birth of a network: this enclave draws its seeds, and the key under which its own node is registered from the first block.
 *
 * Spec: 01 §2.2 (upstream draws a registration key too, and does nothing with it), §1.7.
 * Trust: the founder's key is drawn inside, and stands in the evidence of the birth, so that a host can neither leave it out nor put
 * another node in its place.
 * @module
 */
import { type Primitives, SecretBytes } from "@enclavenet/crypto";
import type { EcallRequest, EcallResponse } from "@enclavenet/enclave-api";
import { seedKeyGuard } from "../key-guard/seed-key-guard.ts";
import { BOOTSTRAP_SEEDS, type KeychainStore } from "../keychain/keychain.ts";
import { demandWholePrograms, readPolicy } from "./policy.ts";

const KEY_BYTES = 32;

/** Throws `BadRequest` for a policy that is none, `KeychainConflict` when anything is sealed here. */
export function createKeychain(
  primitives: Primitives,
  keychain: KeychainStore,
  { owner, ...plan }: EcallRequest<"createKeychain">,
): EcallResponse<"createKeychain"> {
  demandWholePrograms(readPolicy(plan.policy));
  const seeds = Array.from({ length: BOOTSTRAP_SEEDS }, () => primitives.randomBytes(KEY_BYTES));
  const privateKey = primitives.randomBytes(KEY_BYTES);
  const registrationPublicKey = primitives.x25519PublicKey(SecretBytes.from(privateKey));
  keychain.create(seeds, { ...plan, founder: { publicKey: registrationPublicKey, owner } }, privateKey);
  const { ioPublicKey, seedExchangePublicKey } = seedKeyGuard(primitives, seeds);
  return { ioPublicKey, seedExchangePublicKey, registrationPublicKey };
}
