/**
 * Randomness: the block's 32 bytes, their encrypted form and proof in the header, and what a contract call gets.
 *
 * Spec: 02 §8.2, §8.4; 01 §1.6
 * Vectors: tests/vectors/enclave-crypto.json, sections contract_random and block_random
 * @module
 */
import { be64, concatBytes } from "@enclavenet/common";
import { constantTimeEqual } from "../constant-time.ts";
import { requireLength } from "../errors.ts";
import type { Primitives } from "../primitives.ts";
import type { SecretBytes } from "../secret-bytes.ts";
import { CONTRACT_KEY_LENGTH } from "./contract-key.ts";
import { protocolHkdf } from "./key-derivation.ts";

/** What the randomness of one contract call depends on. */
export interface ContractRandomInput {
  readonly blockRandom: Uint8Array;
  readonly height: bigint;
  /** The new key in a migrate call, otherwise the current one, or the original when never migrated. */
  readonly contractKey: Uint8Array;
  /** Message counter, see spec 02 §8.3. */
  readonly counter: bigint;
}

/** The 32 bytes that a contract sees as `env.block.random`. */
export function contractRandom(primitives: Primitives, input: ContractRandomInput): Uint8Array {
  requireLength(input.contractKey, CONTRACT_KEY_LENGTH, "contract key");
  const info = concatBytes(be64(input.height), input.contractKey, be64(input.counter));
  return protocolHkdf(primitives, input.blockRandom, info);
}

/** The block's random bytes for the header: 48 bytes. */
export function sealBlockRandom(
  primitives: Primitives,
  randomEncryptionKey: SecretBytes,
  validatorsHash: Uint8Array,
  random: Uint8Array,
): Uint8Array {
  return primitives.aesSivSeal(randomEncryptionKey, [validatorsHash], random);
}

/** Opens the header's random bytes; undefined unless they were sealed for this validator set and are 32 bytes. */
export function openBlockRandom(
  primitives: Primitives,
  randomEncryptionKey: SecretBytes,
  validatorsHash: Uint8Array,
  encrypted: Uint8Array,
): Uint8Array | undefined {
  const random = primitives.aesSivOpen(randomEncryptionKey, [validatorsHash], encrypted);
  return random?.length === 32 ? random : undefined;
}

/** What the proof of a block's random bytes covers. */
export interface BlockRandomProofInput {
  readonly height: bigint;
  /** The 48 encrypted bytes. */
  readonly encrypted: Uint8Array;
  readonly appHash: Uint8Array;
}

/** Proof that the random bytes were made for this height and app hash. */
export function blockRandomProof(
  primitives: Primitives,
  initialRandomnessSeed: SecretBytes,
  input: BlockRandomProofInput,
): Uint8Array {
  const data = concatBytes(be64(input.height), input.encrypted, input.appHash);
  return primitives.hmacSha256(initialRandomnessSeed.expose(), data);
}

/** The older proof, a plain hash with the secret at the end; accepted when verifying, never produced. */
export function legacyBlockRandomProof(
  primitives: Primitives,
  initialRandomnessSeed: SecretBytes,
  input: BlockRandomProofInput,
): Uint8Array {
  const data = concatBytes(be64(input.height), input.encrypted, input.appHash, initialRandomnessSeed.expose());
  const proof = primitives.sha256(data);
  data.fill(0);
  return proof;
}

/** Whether `proof` is a current or older proof under one of the seeds' secrets. */
export function verifyBlockRandomProof(
  primitives: Primitives,
  initialRandomnessSeeds: readonly SecretBytes[],
  input: BlockRandomProofInput,
  proof: Uint8Array,
): boolean {
  return initialRandomnessSeeds.some(
    (secret) =>
      constantTimeEqual(blockRandomProof(primitives, secret, input), proof) ||
      constantTimeEqual(legacyBlockRandomProof(primitives, secret, input), proof),
  );
}
