/**
 * Admin proof: the enclave's own record of who may migrate a contract, kept by the chain and checked inside.
 *
 * Spec: 02 §7.3: HMAC-SHA256(admin-proof secret, admin address ‖ original contract key).
 * Vectors: tests/vectors/enclave-crypto.json, section contract_key
 * @module
 */
import { concatBytes } from "@enclavenet/common";
import { constantTimeEqual } from "../constant-time.ts";
import { requireLength } from "../errors.ts";
import type { Primitives } from "../primitives.ts";
import type { SecretBytes } from "../secret-bytes.ts";
import { CONTRACT_KEY_LENGTH } from "./contract-key.ts";

/** Proof for `admin` (canonical address; empty when there is none, for which a proof exists as well). */
export function createAdminProof(
  primitives: Primitives,
  adminProofSecret: SecretBytes,
  admin: Uint8Array,
  ogContractKey: Uint8Array,
): Uint8Array {
  requireLength(ogContractKey, CONTRACT_KEY_LENGTH, "contract key");
  return primitives.hmacSha256(adminProofSecret.expose(), concatBytes(admin, ogContractKey));
}

/**
 * Whether `proof` names `admin` under one of the secrets (seeds 1 and above, see `NetworkKeys.adminProofSecrets`).
 * Pass the sender of the message as `admin`; an empty address never passes, it means "nobody".
 */
export function verifyAdminProof(
  primitives: Primitives,
  adminProofSecrets: readonly SecretBytes[],
  claim: { readonly admin: Uint8Array; readonly ogContractKey: Uint8Array },
  proof: Uint8Array,
): boolean {
  if (claim.admin.length === 0 || claim.ogContractKey.length !== CONTRACT_KEY_LENGTH) return false;
  return adminProofSecrets.some((secret) =>
    constantTimeEqual(createAdminProof(primitives, secret, claim.admin, claim.ogContractKey), proof),
  );
}
