/**
 * The key guard over the seeds, in this process.
 * @module
 */
import { be64, concatBytes, utf8ToBytes } from "@enclavenet/common";
import {
  authenticateContract,
  callbackSignature,
  contractRandom,
  createAdminProof,
  createContractKey,
  createContractKeyProof,
  createReplyEnvelope,
  deriveNetworkKeys,
  isLowOrderPublicKey,
  openMessage,
  type Primitives,
  SecretBytes,
  StateCipher,
  sealSeeds,
  verifyAdminProof,
  verifyCallbackSignature,
} from "@enclavenet/crypto";
import { EnclaveError } from "@enclavenet/enclave-api";
import { Recent } from "../recent.ts";
import type { KeyGuard } from "./key-guard.ts";

const BLOCK_RANDOM_DOMAIN = utf8ToBytes("enclavenet block random 1");
const POSSESSION_DOMAIN = utf8ToBytes("enclavenet possession 1");

/** Contracts whose derived state keys are kept. */
const MAX_STATE_CIPHERS = 512;

/** Users whose shared secrets are kept: a wallet uses one key for all its messages. */
const MAX_SHARED_SECRETS = 1024;

/** Seed whose io key is the first that users knew (spec 01 §1.1). */
const FIRST_IO_SEED = 1;

/**
 * Io keys that open messages: the newest, and the one before it for clients that asked before the last rotation. Older ones are
 * over, so that a network which rotates twice is rid of a key that others may have.
 */
const OPEN_IO_KEYS = 2;

/** `create` with a memory of the `capacity` most recent answers. */
function remembering<T>(capacity: number, create: (key: Uint8Array) => T): (key: Uint8Array) => T {
  const known = new Recent<T>(capacity);
  return (key) => {
    const value = known.get(key) ?? create(key);
    known.set(key, value);
    return value;
  };
}

/** Derives everything from `seeds`, which the caller may forget afterwards. */
export function seedKeyGuard(primitives: Primitives, plainSeeds: readonly Uint8Array[]): KeyGuard {
  const seeds = plainSeeds.map((seed) => SecretBytes.from(seed));
  const keys = deriveNetworkKeys(primitives, seeds);
  const { bySeed, last, stateIkms, contractKeyProofSecrets, adminProofSecrets } = keys;
  const genesisStateIkm = stateIkms[0] as SecretBytes;
  // Newest first: users ask for the key and get that one. The genesis seed's was never announced to anybody.
  const sharedSecrets = bySeed
    .slice(FIRST_IO_SEED)
    .slice(-OPEN_IO_KEYS)
    .reverse()
    .map(({ ioExchange }) =>
      remembering(MAX_SHARED_SECRETS, (userPublicKey) => primitives.x25519SharedSecret(ioExchange, userPublicKey)),
    );
  return {
    ioPublicKey: primitives.x25519PublicKey(last.ioExchange),
    seedExchangePublicKey: primitives.x25519PublicKey(last.seedExchange),
    sealSeeds: (nodePublicKey) => sealSeeds(primitives, last.seedExchange, nodePublicKey, seeds),
    possessionProof: (nodePublicKey) =>
      primitives.hmacSha256(last.seedExchange.expose(), concatBytes(POSSESSION_DOMAIN, nodePublicKey)),
    tryOpenMessage(bytes) {
      for (const sharedSecret of sharedSecrets) {
        const opened = openMessage(primitives, sharedSecret, bytes);
        if (opened === undefined) continue;
        // SECURITY(spec 02 §2.5): under a low-order key everybody could read the answers.
        // check: user-key-order
        return isLowOrderPublicKey(opened.message.userPublicKey) ? undefined : opened;
      }
      return undefined;
    },
    // Deriving a cipher costs two HKDF calls.
    stateCipher: remembering(
      MAX_STATE_CIPHERS,
      (ogContractKey) => new StateCipher(primitives, stateIkms, ogContractKey),
    ),
    createContractKey: (sender, height, contract) =>
      createContractKey(primitives, genesisStateIkm, { sender, height }, contract),
    createMigratedKey(sender, height, contract, ogContractKey) {
      const contractKey = createContractKey(
        primitives,
        genesisStateIkm,
        { sender, height },
        { ...contract, ogContractKey },
      );
      const input = { ...contract, ogContractKey, currentContractKey: contractKey };
      return { contractKey, proof: createContractKeyProof(primitives, last.contractKeyProofSecret, input) };
    },
    authenticateContract(contract, { og, current, proof }) {
      const migrated = current !== undefined && proof !== undefined;
      const stored = migrated ? { ogContractKey: og, current: { contractKey: current, proof } } : { ogContractKey: og };
      const genuine = authenticateContract(primitives, { genesisStateIkm, contractKeyProofSecrets }, contract, stored);
      // check: contract-key
      if (!genuine) throw new EnclaveError("FailedContractAuthentication");
    },
    adminProof: (admin, ogContractKey) => createAdminProof(primitives, last.adminProofSecret, admin, ogContractKey),
    verifyAdminProof: (admin, ogContractKey, proof) =>
      verifyAdminProof(primitives, adminProofSecrets, { admin, ogContractKey }, proof),
    callbackSignature: (msg, funds) => callbackSignature(primitives, last.callbackSecret, msg, funds),
    verifyCallback: (msg, funds, signature) =>
      verifyCallbackSignature(primitives, last.callbackSecret, { msg, funds }, signature),
    replyEnvelope: (txKey, reply) =>
      createReplyEnvelope(primitives, { txKey, callbackSecret: last.callbackSecret }, reply),
    contractRandom({ blockHash, height, contractKey, counter }) {
      const blockRandom = primitives.hmacSha256(
        last.initialRandomnessSeed.expose(),
        concatBytes(BLOCK_RANDOM_DOMAIN, be64(height), blockHash),
      );
      return contractRandom(primitives, { blockRandom, height, contractKey, counter });
    },
  };
}
