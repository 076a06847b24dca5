/**
 * Letting nodes in: the seeds for a node whose evidence holds, and the word of a node that has them.
 *
 * Spec: 01 §3.4 (order and errors), §3.5 (encrypted seeds), §8 (confirmation with proof of possession).
 * Trust: certificate and proof are read out of the verified block, never out of what the host parsed; the time is the header's.
 * @module
 */
import { type AdmissionTerms, judgeNode } from "@enclavenet/attestation";
import { equalBytes, fromHex, NANOS_PER_SECOND } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import { type EcallRequest, type EcallResponse, EnclaveError } from "@enclavenet/enclave-api";
import { decodeMsgConfirmNode, decodeMsgRevokeNode, decodeRaAuthenticate, TypeUrl } from "@enclavenet/wire";
import type { OpenBlock } from "../block-verifier/open-block.ts";
import type { HostCalls } from "../host-calls.ts";
import type { LiveKeys } from "../key-guard/live-keys.ts";
import type { KeychainStore } from "../keychain/keychain.ts";
import { isRevoked } from "../keychain/members.ts";
import { type AuthorityCall, takeAuthorityMessage } from "./authority.ts";
import { demandListedMachine } from "./machine-list.ts";
import { takeMessage } from "./message.ts";
import { REFUSAL_STATUS } from "./policy.ts";

/** What the network demands, but for the time. */
export type StandingTerms = Omit<AdmissionTerms, "time" | "primitives">;

export interface AdmissionParts {
  readonly primitives: Primitives;
  readonly keys: LiveKeys;
  readonly keychain: KeychainStore;
  /** By what this certificate is judged in the block of this height. */
  readonly terms: (certificate: Uint8Array, height: bigint) => StandingTerms;
}

/** Time of the header: all nodes judge evidence alike. */
export function secondsOf(block: OpenBlock): number {
  return Number(block.facts.timeNs / NANOS_PER_SECOND);
}

/**
 * Judges the certificate of a RaAuthenticate, and whether the network lets its node in. Throws `InvalidCert`, `MrEnclaveMismatch`,
 * `NodeNotAllowed` or `SeedEncryptionFailed`.
 */
export function authenticateNode(
  { primitives, keys, keychain, terms }: AdmissionParts,
  position: EcallRequest<"authenticateNode">,
  block: OpenBlock,
  host: HostCalls,
): EcallResponse<"authenticateNode"> {
  const message = takeMessage(block, position, TypeUrl.raAuthenticate, decodeRaAuthenticate);
  const { certificate, replaceMachineId: replaced } = message;
  const admission = judgeNode(certificate, {
    ...terms(certificate, block.facts.height),
    primitives,
    time: secondsOf(block),
  });
  if ("refusal" in admission) throw new EnclaveError(REFUSAL_STATUS[admission.refusal], { check: "evidence" });
  const { publicKey, owner } = admission.node;
  const machineId = fromHex(admission.node.machineId ?? "");
  // check: node-revoked
  if (isRevoked(keychain.seeded(), publicKey, block.facts.height)) {
    throw new EnclaveError("NodeNotAllowed", { check: "revoked" });
  }
  demandListedMachine(block.stateBefore, host, { machineId, owner, replaced });
  const { guard } = keys;
  const encryptedSeeds = guard.sealSeeds(publicKey);
  if (encryptedSeeds === undefined) throw new EnclaveError("SeedEncryptionFailed", { check: "low-order key" });
  block.memberChanges.add(position, { kind: "admit", publicKey });
  const { seedExchangePublicKey } = guard;
  return { publicKey, encryptedSeeds, seedExchangePublicKey, owner, machineId };
}

/** Checks the proof of a MsgConfirmNode. Throws `PossessionNotProven`. */
export function confirmNode(
  { keys }: AdmissionParts,
  position: EcallRequest<"confirmNode">,
  block: OpenBlock,
): EcallResponse<"confirmNode"> {
  const { publicKey, proof } = takeMessage(block, position, TypeUrl.msgConfirmNode, decodeMsgConfirmNode);
  if (publicKey.length !== 32) throw new EnclaveError("RegistrationInput", { check: "public key" });
  // check: possession
  if (!equalBytes(keys.guard.possessionProof(publicKey), proof)) throw new EnclaveError("PossessionNotProven");
  return { publicKey };
}

/** Judges a MsgRevokeNode. Throws `RegistrationInput`, `NotAuthority` or `FailedTxVerification`. */
export function revokeNode(call: AuthorityCall): EcallResponse<"revokeNode"> {
  const { publicKey } = takeAuthorityMessage(call, TypeUrl.msgRevokeNode, decodeMsgRevokeNode);
  if (publicKey.length !== 32) throw new EnclaveError("RegistrationInput", { check: "public key" });
  call.block.memberChanges.add(call.position, { kind: "revoke", publicKey });
  return { publicKey };
}
