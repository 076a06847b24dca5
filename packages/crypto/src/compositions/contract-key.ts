/**
 * Contract key: derivation and check. Ties a contract address to its code and to its creator's message.
 *
 * Spec: 02 §7.1, §7.2
 * Trust: enclave only. The 64-byte key is public state; the authentication half is verified here before any decryption.
 * Vectors: tests/vectors/enclave-crypto.json, section contract_key
 * @module
 */
import { be64, concatBytes } from "@enclavenet/common";
import { constantTimeEqual } from "../constant-time.ts";
import { requireLength } from "../errors.ts";
import type { Primitives } from "../primitives.ts";
import type { SecretBytes } from "../secret-bytes.ts";
import { deriveKey } from "./key-derivation.ts";

/** signer id(32) ‖ authentication(32) */
export const CONTRACT_KEY_LENGTH = 64;

const SIGNER_ID_LENGTH = 32;
const CODE_HASH_LENGTH = 32;

/** What a contract key binds together. */
export interface ContractKeyBinding {
  /** Hash of the code that runs. */
  readonly codeHash: Uint8Array;
  /** Canonical address of the contract. */
  readonly contractAddress: Uint8Array;
  /** Key from instantiation; present when the key belongs to a migrated contract. */
  readonly ogContractKey?: Uint8Array;
}

/** Who created (or migrated) the contract, and when. */
export interface ContractKeySigner {
  /** Canonical address of the instantiating account or contract. */
  readonly sender: Uint8Array;
  readonly height: bigint;
}

function authentication(
  primitives: Primitives,
  genesisStateIkm: SecretBytes,
  signerId: Uint8Array,
  binding: ContractKeyBinding,
): Uint8Array {
  requireLength(binding.codeHash, CODE_HASH_LENGTH, "code hash");
  const og = binding.ogContractKey ?? new Uint8Array(0);
  if (binding.ogContractKey !== undefined) requireLength(og, CONTRACT_KEY_LENGTH, "contract key");
  const key = deriveKey(primitives, genesisStateIkm, signerId);
  const tag = primitives.hmacSha256(key.expose(), concatBytes(signerId, binding.codeHash, binding.contractAddress, og));
  key.wipe();
  return tag;
}

/** New contract key. The keying material is always the genesis seed's (`stateIkms[0]`), also after rotations. */
export function createContractKey(
  primitives: Primitives,
  genesisStateIkm: SecretBytes,
  signer: ContractKeySigner,
  binding: ContractKeyBinding,
): Uint8Array {
  const signerId = primitives.sha256(concatBytes(signer.sender, be64(signer.height)));
  return concatBytes(signerId, authentication(primitives, genesisStateIkm, signerId, binding));
}

/** Whether `contractKey` was made by this network for this code, address and (if migrated) original key. */
export function verifyContractKey(
  primitives: Primitives,
  genesisStateIkm: SecretBytes,
  contractKey: Uint8Array,
  binding: ContractKeyBinding,
): boolean {
  if (contractKey.length !== CONTRACT_KEY_LENGTH) return false;
  if (binding.ogContractKey !== undefined && binding.ogContractKey.length !== CONTRACT_KEY_LENGTH) return false;
  const signerId = contractKey.subarray(0, SIGNER_ID_LENGTH);
  const expected = authentication(primitives, genesisStateIkm, signerId, binding);
  return constantTimeEqual(expected, contractKey.subarray(SIGNER_ID_LENGTH));
}

/** What the proof of a migrated contract's current key covers. */
export interface ContractKeyProofInput {
  readonly contractAddress: Uint8Array;
  readonly codeHash: Uint8Array;
  readonly ogContractKey: Uint8Array;
  readonly currentContractKey: Uint8Array;
}

/** Proof that the enclave itself gave a contract its current key at migration. */
export function createContractKeyProof(
  primitives: Primitives,
  contractKeyProofSecret: SecretBytes,
  input: ContractKeyProofInput,
): Uint8Array {
  return primitives.hmacSha256(
    contractKeyProofSecret.expose(),
    concatBytes(input.contractAddress, input.codeHash, input.ogContractKey, input.currentContractKey),
  );
}

/** Whether `proof` fits under one of the secrets (seeds 1 and above, see `NetworkKeys.contractKeyProofSecrets`). */
export function verifyContractKeyProof(
  primitives: Primitives,
  contractKeyProofSecrets: readonly SecretBytes[],
  input: ContractKeyProofInput,
  proof: Uint8Array,
): boolean {
  return contractKeyProofSecrets.some((secret) =>
    constantTimeEqual(createContractKeyProof(primitives, secret, input), proof),
  );
}

/** Contract keys as the chain stores them. */
export interface StoredContractKeys {
  readonly ogContractKey: Uint8Array;
  /** Both present exactly when the contract was migrated. */
  readonly current?: { readonly contractKey: Uint8Array; readonly proof: Uint8Array };
}

/**
 * The check before every execute and query (spec 02 §7.2): is this code, at this address, the owner of this state?
 * Not migrated: the original key must fit. Migrated: the current key must fit, and its proof.
 */
export function authenticateContract(
  primitives: Primitives,
  secrets: { readonly genesisStateIkm: SecretBytes; readonly contractKeyProofSecrets: readonly SecretBytes[] },
  contract: { readonly codeHash: Uint8Array; readonly contractAddress: Uint8Array },
  stored: StoredContractKeys,
): boolean {
  const { ogContractKey, current } = stored;
  if (current === undefined) return verifyContractKey(primitives, secrets.genesisStateIkm, ogContractKey, contract);
  const input = { ...contract, ogContractKey, currentContractKey: current.contractKey };
  return (
    verifyContractKey(primitives, secrets.genesisStateIkm, current.contractKey, { ...contract, ogContractKey }) &&
    verifyContractKeyProof(primitives, secrets.contractKeyProofSecrets, input, current.proof)
  );
}
