/**
 * Rotation of the seeds: one enclave draws the next seed and encrypts it to every node that is to have it; all of them go over to it
 * behind the block that carries the message.
 *
 * Our own; spec 01 §5.6 for what upstream does by hand. A seed that was derived from the ones before, or encrypted under them, would
 * be open to whoever a rotation is to shut out; so each node gets a share of its own, under the key that it registered.
 * Trust: who gets a share is what verified blocks say, never what the host says. The evidence covers every byte of the rotation, so
 * that one enclave's word for all shares is as good as opening them.
 * @module
 */
import {
  judgeNetworkKeys,
  judgeSeedRotation,
  networkKeysReportData,
  seedRotationReportData,
} from "@enclavenet/attestation";
import { equalBytes, LocalError } from "@enclavenet/common";
import {
  MAX_SEEDS,
  openSeedShare,
  type Primitives,
  randomSecret,
  SecretBytes,
  sealSeedShare,
} from "@enclavenet/crypto";
import { type EcallResponse, EnclaveError } from "@enclavenet/enclave-api";
import {
  decodeMsgRotateSeed,
  decodeSeedRotation,
  encodeSeedRotation,
  type SeedRotation,
  TypeUrl,
} from "@enclavenet/wire";
import { seedKeyGuard } from "../key-guard/seed-key-guard.ts";
import { shareholders } from "../keychain/members.ts";
import { type AdmissionParts, secondsOf } from "./admission.ts";
import { type AuthorityCall, takeAuthorityMessage } from "./authority.ts";
import { REFUSAL_STATUS } from "./policy.ts";
import { machineOf, networkStatement, registrationKey, type StatementParts } from "./statements.ts";

type PublicKeys = EcallResponse<"rotateSeed">;

function publicKeysOf(primitives: Primitives, seeds: readonly Uint8Array[]): PublicKeys {
  const { ioPublicKey, seedExchangePublicKey } = seedKeyGuard(primitives, seeds);
  return { ioPublicKey, seedExchangePublicKey };
}

function isSameKeys(a: PublicKeys, b: PublicKeys): boolean {
  return equalBytes(a.ioPublicKey, b.ioPublicKey) && equalBytes(a.seedExchangePublicKey, b.seedExchangePublicKey);
}

function reject(check: string): never {
  throw new EnclaveError("RotationRejected", { check });
}

/** Draws the seed and encrypts it. Throws `NotReady` for a node that would shut itself out, `RotationRejected`, or `NoEvidence`. */
export function createRotation(parts: StatementParts): EcallResponse<"createRotation"> {
  const { primitives, keychain, tee, progress } = parts;
  if (tee === undefined) throw new EnclaveError("NoEvidence");
  const { binding } = keychain.bound();
  const height = (progress?.height ?? 0n) + 1n;
  if (keychain.seeded().nodes === undefined) reject("registrations of an earlier format");
  const nodes = shareholders(keychain.seeded(), height);
  const own = registrationKey(primitives, keychain.registered());
  if (!nodes.some((node) => equalBytes(node, own))) throw new EnclaveError("NotReady", { check: "no registered node" });
  const seeds = keychain.liveSeeds(height);
  if (seeds.length >= MAX_SEEDS) reject("number of seeds");

  const seed = randomSecret(primitives);
  const sender = randomSecret(primitives);
  const shares = nodes.map((nodePublicKey) => {
    const encryptedSeed = sealSeedShare(primitives, sender, nodePublicKey, seed);
    return encryptedSeed === undefined ? reject("low-order key") : { nodePublicKey, encryptedSeed };
  });
  const keys = publicKeysOf(primitives, [...seeds, seed.expose()]);
  const senderPublicKey = primitives.x25519PublicKey(sender);
  const rotation = encodeSeedRotation({ seeds: seeds.length, ...keys, senderPublicKey, shares });
  seed.wipe();
  sender.wipe();

  const { chainId } = binding;
  const { seedExchangePublicKey: previousSeedExchangePublicKey } = parts.guard();
  const statement = { chainId, ioPublicKey: keys.ioPublicKey, previousSeedExchangePublicKey, rotation };
  const context = { chainId, machine: machineOf(parts) };
  return {
    rotation,
    quote: tee.quote(seedRotationReportData(primitives, statement), context),
    networkQuote: tee.quote(networkKeysReportData(primitives, networkStatement(keychain, keys)), context),
  };
}

function parseRotation(bytes: Uint8Array): SeedRotation {
  try {
    return decodeSeedRotation(bytes);
  } catch (error) {
    if (error instanceof LocalError) throw new EnclaveError("RegistrationInput", { check: "rotation" });
    throw error;
  }
}

/** It is the next one of this network, and for exactly the nodes that are to have it. */
function demandFitting({ keychain }: AdmissionParts, { seeds, shares }: SeedRotation, height: bigint): void {
  const live = keychain.liveSeeds(height);
  if (seeds !== live.length || live.length >= MAX_SEEDS) reject("number of seeds");
  const nodes = shareholders(keychain.seeded(), height);
  const isComplete =
    shares.length === nodes.length &&
    shares.every(({ nodePublicKey }, index) => equalBytes(nodePublicKey, nodes[index] as Uint8Array));
  // check: rotation-nodes
  if (!isComplete) reject("nodes of the rotation");
}

/** The new seed, as this node got it: with its registration, or in its share. Undefined when it got none that gives these keys. */
function ownSeed({ primitives, keychain }: AdmissionParts, rotation: SeedRotation): Uint8Array | undefined {
  const { seeds, registration } = keychain.seeded();
  const before = seeds.slice(0, rotation.seeds);
  const candidates = [seeds[rotation.seeds]];
  if (registration !== undefined) {
    const privateKey = SecretBytes.from(registration.privateKey);
    const key = primitives.x25519PublicKey(privateKey);
    const share = rotation.shares.find(({ nodePublicKey }) => equalBytes(nodePublicKey, key));
    candidates.push(share && openSeedShare(primitives, privateKey, rotation.senderPublicKey, share.encryptedSeed));
  }
  return candidates.find(
    (seed) => seed !== undefined && isSameKeys(publicKeysOf(primitives, [...before, seed]), rotation),
  );
}

/**
 * Judges a MsgRotateSeed. Throws `RotationRejected`, `RegistrationInput`, `NotAuthority`, `FailedTxVerification`, `InvalidCert` or
 * `MrEnclaveMismatch`.
 */
export function rotateSeed(parts: AdmissionParts, call: AuthorityCall): EcallResponse<"rotateSeed"> {
  const { primitives, keychain, keys } = parts;
  const { block, position } = call;
  const message = takeAuthorityMessage(call, TypeUrl.msgRotateSeed, decodeMsgRotateSeed);
  const rotation = parseRotation(message.rotation);
  demandFitting(parts, rotation, block.facts.height);
  const { ioPublicKey, seedExchangePublicKey } = rotation;
  if (ioPublicKey.length !== 32 || seedExchangePublicKey.length !== 32) reject("public keys");
  const { chainId } = keychain.bound().binding;
  const termsOf = (certificate: Uint8Array) => {
    const { chainId: _, ...standing } = parts.terms(certificate, block.facts.height);
    return { ...standing, primitives, time: secondsOf(block) };
  };
  const { seedExchangePublicKey: previousSeedExchangePublicKey } = keys.guard;
  const statement = { chainId, ioPublicKey, previousSeedExchangePublicKey, rotation: message.rotation };
  const judged =
    judgeSeedRotation(message.certificate, statement, termsOf(message.certificate)) ??
    judgeNetworkKeys(
      message.networkCertificate,
      networkStatement(keychain, rotation),
      termsOf(message.networkCertificate),
    );
  if ("refusal" in judged) throw new EnclaveError(REFUSAL_STATUS[judged.refusal], { check: "rotation" });
  // Whether this node has the seed must not change the outcome: all nodes take the message, and who has no seed stops behind it.
  block.memberChanges.add(position, { kind: "rotate", index: rotation.seeds, seed: ownSeed(parts, rotation) });
  return { ioPublicKey, seedExchangePublicKey };
}
