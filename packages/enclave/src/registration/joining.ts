/**
 * The other side of a registration: a node that asks for the seeds of a network, takes them over, and shows that it has them.
 *
 * Spec: 01 §1.7, §3.5, §3.6.
 * Trust: seeds are taken over only from a network whose keys an enclave of an accepted program holds: a host that made up seeds of
 * its own would know every key, and this enclave would vouch for them.
 * @module
 */
import { type AdmissionTerms, demandFor, judgeNetworkKeys, type Program } from "@enclavenet/attestation";
import { equalBytes } from "@enclavenet/common";
import { openSeeds, type Primitives, SecretBytes } from "@enclavenet/crypto";
import { type EcallRequest, EnclaveError } from "@enclavenet/enclave-api";
import { seedKeyGuard } from "../key-guard/seed-key-guard.ts";
import { BOOTSTRAP_SEEDS, type KeychainStore } from "../keychain/keychain.ts";
import type { AttestationParts } from "../tee/tee.ts";
import { REFUSAL_STATUS, readPolicy } from "./policy.ts";
import { registrationKey } from "./statements.ts";

export interface JoiningParts {
  readonly primitives: Primitives;
  readonly keychain: KeychainStore;
  readonly trustedRoots: AttestationParts["trustedRoots"];
  readonly program: Pick<AdmissionTerms, "measurement" | "rtmrs">;
  /** Programs that stand in this one as those before it. */
  readonly predecessors: readonly Program[];
}

const KEY_BYTES = 32;

/** Public key under which this node registers. */
export function createRegistration({ primitives, keychain }: JoiningParts, chainId: string): Uint8Array {
  return registrationKey(
    primitives,
    keychain.register(chainId, () => primitives.randomBytes(KEY_BYTES)),
  );
}

/** Throws `InvalidCert` or `MrEnclaveMismatch` unless an enclave of this program, or of one before it, vouches for exactly this network. */
export function judgeNetwork(parts: JoiningParts, network: EcallRequest<"judgeNetwork">): void {
  const { primitives, trustedRoots, program } = parts;
  const { certificate, birth, ioPublicKey, seedExchangePublicKey } = network;
  readPolicy(birth.policy);
  const terms = {
    time: Number(network.time),
    trustedRoots: trustedRoots(birth.chainId),
    // SECURITY: the network's own policy is the word of the enclave that is judged here. Nodes join what runs their own program, or what
    // was begun by one that stands in it.
    policy: demandFor(certificate, parts.predecessors) ?? {},
    ...program,
    primitives,
  };
  const judged = judgeNetworkKeys(certificate, { ...birth, ioPublicKey, seedExchangePublicKey }, terms);
  if ("refusal" in judged) throw new EnclaveError(REFUSAL_STATUS[judged.refusal], { check: "network keys" });
}

/** Takes over the seeds. Throws `NotReady`, `KeychainConflict`, `InvalidCert`, `MrEnclaveMismatch` or `DecryptionError`. */
export function importSeeds(parts: JoiningParts, request: EcallRequest<"importSeeds">): void {
  const { primitives, keychain } = parts;
  const { chainId, privateKey } = keychain.registered();
  const { network, encryptedSeeds, exchangeKey } = request;
  const { birth, ioPublicKey, seedExchangePublicKey } = network;
  if (birth.chainId !== chainId) throw new EnclaveError("KeychainConflict", { check: "registration elsewhere" });
  judgeNetwork(parts, network);
  const opened = openSeeds(primitives, SecretBytes.from(privateKey), exchangeKey, encryptedSeeds);
  if (opened === undefined || opened.length < BOOTSTRAP_SEEDS)
    throw new EnclaveError("DecryptionError", { check: "encrypted seeds" });
  const seeds = opened.map((seed) => seed.expose());
  // SECURITY: seeds of later rotations are believed when a verified block announces their keys, see rotation.ts.
  const own = seedKeyGuard(primitives, seeds.slice(0, BOOTSTRAP_SEEDS));
  // What another program of the network, or a fault in it, encrypted must not become keys that this node vouches for.
  // check: seeds-keys
  if (!equalBytes(own.ioPublicKey, ioPublicKey) || !equalBytes(own.seedExchangePublicKey, seedExchangePublicKey)) {
    throw new EnclaveError("DecryptionError", { check: "seeds of other keys" });
  }
  keychain.import(seeds, birth);
}
