/**
 * The key guard over the seeds, in this process.
 * @module
 */
import { be64, concatBytes, toHex, utf8ToBytes } from "@enclavenet/common";
import {
  authenticateContract,
  callbackSignature,
  contractRandom,
  createAdminProof,
  createContractKey,
  createReplyEnvelope,
  deriveNetworkKeys,
  isLowOrderPublicKey,
  openMessage,
  type Primitives,
  SecretBytes,
  StateCipher,
  verifyCallbackSignature,
} from "@enclavenet/crypto";
import { EnclaveError } from "@enclavenet/enclave-api";
import type { KeyGuard } from "./key-guard.ts";

const BLOCK_RANDOM_DOMAIN = utf8ToBytes("enclavenet block random 1");

/** Contracts whose derived state keys are kept. */
const MAX_STATE_CIPHERS = 512;

/** Keeps the most recently used state ciphers; deriving one costs two HKDF calls. */
function cipherCache(create: (key: Uint8Array) => StateCipher): (key: Uint8Array) => StateCipher {
  const ciphers = new Map<string, StateCipher>();
  return (ogContractKey) => {
    const name = toHex(ogContractKey);
    const cipher = ciphers.get(name) ?? create(ogContractKey);
    ciphers.delete(name);
    ciphers.set(name, cipher);
    const oldest = ciphers.keys().next().value;
    if (ciphers.size > MAX_STATE_CIPHERS && oldest !== undefined) ciphers.delete(oldest);
    return cipher;
  };
}

/** Derives everything from `seeds`, which the caller may forget afterwards. */
export function seedKeyGuard(primitives: Primitives, seeds: readonly Uint8Array[]): KeyGuard {
  const keys = deriveNetworkKeys(
    primitives,
    seeds.map((seed) => SecretBytes.from(seed)),
  );
  const { last, stateIkms, contractKeyProofSecrets } = keys;
  const genesisStateIkm = stateIkms[0] as SecretBytes;
  return {
    ioPublicKey: primitives.x25519PublicKey(last.ioExchange),
    seedExchangePublicKey: primitives.x25519PublicKey(last.seedExchange),
    tryOpenMessage(bytes) {
      const opened = openMessage(primitives, last.ioExchange, bytes);
      // SECURITY(spec 02 §2.5): under a low-order key everybody could read the answers.
      return opened === undefined || isLowOrderPublicKey(opened.message.userPublicKey) ? undefined : opened;
    },
    stateCipher: cipherCache((ogContractKey) => new StateCipher(primitives, stateIkms, ogContractKey)),
    createContractKey: (sender, height, contract) =>
      createContractKey(primitives, genesisStateIkm, { sender, height }, contract),
    authenticateContract(contract, { og, current, proof }) {
      const migrated = current !== undefined && proof !== undefined;
      const stored = migrated ? { ogContractKey: og, current: { contractKey: current, proof } } : { ogContractKey: og };
      const genuine = authenticateContract(primitives, { genesisStateIkm, contractKeyProofSecrets }, contract, stored);
      if (!genuine) throw new EnclaveError("FailedContractAuthentication");
    },
    adminProof: (admin, ogContractKey) => createAdminProof(primitives, last.adminProofSecret, admin, ogContractKey),
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
