/**
 * The other side of a registration: a node that asks for the seeds of a network, takes them over, and shows that it has them.
 *
 * Spec: 01 §1.7, §3.5, §3.6.
 * Trust: seeds are taken over only from a network whose keys an enclave of an accepted program holds: a host that made up seeds of
 * its own would know every key, and this enclave would vouch for them.
 * @module
 */
import { judgeNetworkKeys } from "@enclavenet/attestation";
import { openSeeds, type Primitives, SecretBytes } from "@enclavenet/crypto";
import { type EcallRequest, EnclaveError } from "@enclavenet/enclave-api";
import type { KeychainStore } from "../keychain/keychain.ts";
import type { AttestationParts } from "../tee/tee.ts";
import { REFUSAL_STATUS, readPolicy } from "./policy.ts";
import { registrationKey } from "./statements.ts";

export interface JoiningParts {
  readonly primitives: Primitives;
  readonly keychain: KeychainStore;
  readonly attestation: AttestationParts;
  readonly measurement: Uint8Array;
}

const KEY_BYTES = 32;

/** Public key under which this node registers. */
export function createRegistration({ primitives, keychain }: JoiningParts, chainId: string): Uint8Array {
  return registrationKey(
    primitives,
    keychain.register(chainId, () => primitives.randomBytes(KEY_BYTES)),
  );
}

/** Takes over the seeds. Throws `NotReady`, `KeychainConflict`, `InvalidCert`, `MrEnclaveMismatch` or `DecryptionError`. */
export function importSeeds(parts: JoiningParts, request: EcallRequest<"importSeeds">): void {
  const { primitives, keychain, attestation, measurement } = parts;
  const { chainId, privateKey } = keychain.registered();
  const { networkCertificate, birth, ioPublicKey, seedExchangePublicKey } = request;
  readPolicy(birth.policy);
  if (birth.chainId !== chainId) throw new EnclaveError("KeychainConflict", { check: "registration elsewhere" });
  const terms = {
    time: Number(request.time),
    trustedRoots: attestation.trustedRoots(chainId),
    // SECURITY: the network's own policy is the word of the enclave that is judged here. Nodes join what runs their own program.
    policy: {},
    measurement,
    primitives,
  };
  const refused = judgeNetworkKeys(networkCertificate, { ...birth, ioPublicKey, seedExchangePublicKey }, terms);
  if (refused !== undefined) throw new EnclaveError(REFUSAL_STATUS[refused.refusal], { check: "network keys" });
  const seeds = openSeeds(primitives, SecretBytes.from(privateKey), seedExchangePublicKey, request.encryptedSeeds);
  if (seeds === undefined) throw new EnclaveError("DecryptionError", { check: "encrypted seeds" });
  keychain.import(
    seeds.map((seed) => seed.expose()),
    birth,
  );
}
