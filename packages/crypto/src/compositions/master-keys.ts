/**
 * Master keys: what every consensus seed turns into. Orders 1 to 8 of the derivation label.
 *
 * Spec: 02 §1.2; 01 §1.3. The order is four big-endian bytes behind the seed, `info` is "seed".
 * Trust: enclave only.
 * Vectors: tests/vectors/enclave-crypto.json, section master_keys
 * @module
 */
import { be32, utf8ToBytes } from "@enclavenet/common";
import { cryptoUsageError, requireLength } from "../errors.ts";
import type { Primitives } from "../primitives.ts";
import type { SecretBytes } from "../secret-bytes.ts";
import { hkdfFromSecret } from "./key-derivation.ts";

/** Derivation labels. spec 01 §1.3 */
export const MASTER_KEY_ORDER = {
  seedExchange: 1,
  ioExchange: 2,
  stateIkm: 3,
  callbackSecret: 4,
  randomEncryptionKey: 5,
  initialRandomnessSeed: 6,
  adminProofSecret: 7,
  contractKeyProofSecret: 8,
} as const;

/** Name of a master key. */
export type MasterKeyName = keyof typeof MASTER_KEY_ORDER;

/** The eight keys of one seed. The two exchange keys are X25519 private keys, the others symmetric. */
export type MasterKeys = Readonly<Record<MasterKeyName, SecretBytes>>;

/** More seeds than this are refused. spec 01 §1.1 */
export const MAX_SEEDS = 5;

const SEED_INFO = utf8ToBytes("seed");

/** One master key of one seed. */
export function deriveMasterKey(primitives: Primitives, seed: SecretBytes, name: MasterKeyName): SecretBytes {
  requireLength(seed, 32, "seed");
  return hkdfFromSecret(primitives, seed, be32(MASTER_KEY_ORDER[name]), SEED_INFO);
}

/** All master keys of one seed. */
export function deriveMasterKeys(primitives: Primitives, seed: SecretBytes): MasterKeys {
  return {
    seedExchange: deriveMasterKey(primitives, seed, "seedExchange"),
    ioExchange: deriveMasterKey(primitives, seed, "ioExchange"),
    stateIkm: deriveMasterKey(primitives, seed, "stateIkm"),
    callbackSecret: deriveMasterKey(primitives, seed, "callbackSecret"),
    randomEncryptionKey: deriveMasterKey(primitives, seed, "randomEncryptionKey"),
    initialRandomnessSeed: deriveMasterKey(primitives, seed, "initialRandomnessSeed"),
    adminProofSecret: deriveMasterKey(primitives, seed, "adminProofSecret"),
    contractKeyProofSecret: deriveMasterKey(primitives, seed, "contractKeyProofSecret"),
  };
}

/**
 * Master keys of a whole network, one entry per seed in order (index 0 = genesis). A network has two seeds from
 * birth; one is added per rotation. "The key" of the protocol is the one of the last entry unless said otherwise.
 */
export interface NetworkKeys {
  readonly bySeed: readonly MasterKeys[];
  /** Keys of the highest seed. */
  readonly last: MasterKeys;
  /** State keying material per seed, in order. */
  readonly stateIkms: readonly SecretBytes[];
  /** Secrets against which an admin proof is checked: seeds 1 and above, never genesis. spec 02 §7.3 */
  readonly adminProofSecrets: readonly SecretBytes[];
  /** Secrets against which a contract key proof is checked: seeds 1 and above. spec 02 §7.2 */
  readonly contractKeyProofSecrets: readonly SecretBytes[];
}

/** Derives all keys of a network from its ordered seeds (2 to {@link MAX_SEEDS}). */
export function deriveNetworkKeys(primitives: Primitives, seeds: readonly SecretBytes[]): NetworkKeys {
  if (seeds.length < 2 || seeds.length > MAX_SEEDS) throw cryptoUsageError("a network has two to five seeds");
  const bySeed = seeds.map((seed) => deriveMasterKeys(primitives, seed));
  const rotated = bySeed.slice(1);
  return {
    bySeed,
    last: bySeed[bySeed.length - 1] as MasterKeys,
    stateIkms: bySeed.map((keys) => keys.stateIkm),
    adminProofSecrets: rotated.map((keys) => keys.adminProofSecret),
    contractKeyProofSecrets: rotated.map((keys) => keys.contractKeyProofSecret),
  };
}
