/**
 * Letting nodes in: the seeds for a node whose evidence holds, and the word of a node that has them.
 *
 * Spec: 01 §3.4 (order and errors), §3.5 (encrypted seeds), §8 (confirmation with proof of possession).
 * Trust: certificate and proof are read out of the verified block, never out of what the host parsed; the time is the header's.
 * @module
 */
import { type AdmissionTerms, judgeNode } from "@enclavenet/attestation";
import { equalBytes, fromHex, LocalError, NANOS_PER_SECOND } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import { type EcallRequest, type EcallResponse, EnclaveError } from "@enclavenet/enclave-api";
import { decodeMsgConfirmNode, decodeMsgRevokeNode, decodeRaAuthenticate, TypeUrl } from "@enclavenet/wire";
import type { OpenBlock } from "../block-verifier/open-block.ts";
import type { LiveKeys } from "../key-guard/live-keys.ts";
import { REFUSAL_STATUS } from "./policy.ts";

/** What the network demands, but for the time. */
export type StandingTerms = Omit<AdmissionTerms, "time" | "primitives">;

export interface AdmissionParts {
  readonly primitives: Primitives;
  readonly keys: LiveKeys;
  readonly terms: () => StandingTerms;
}

/** The message at the position, which has its turn now. Throws `RegistrationInput` for another one, or for bytes that are none. */
export function takeMessage<T>(
  block: OpenBlock,
  position: EcallRequest<"confirmNode">,
  typeUrl: string,
  decode: (value: Uint8Array) => T,
): T {
  const message = block.claimPlain(position);
  try {
    if (message.typeUrl === typeUrl) return decode(message.value);
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
  }
  throw new EnclaveError("RegistrationInput", { check: "message" });
}

/** Time of the header: all nodes judge evidence alike. */
export function secondsOf(block: OpenBlock): number {
  return Number(block.facts.timeNs / NANOS_PER_SECOND);
}

/** Judges the certificate of a RaAuthenticate. Throws `InvalidCert`, `MrEnclaveMismatch` or `SeedEncryptionFailed`. */
export function authenticateNode(
  { primitives, keys, terms }: AdmissionParts,
  position: EcallRequest<"authenticateNode">,
  block: OpenBlock,
): EcallResponse<"authenticateNode"> {
  const { certificate } = takeMessage(block, position, TypeUrl.raAuthenticate, decodeRaAuthenticate);
  const admission = judgeNode(certificate, { ...terms(), primitives, time: secondsOf(block) });
  if ("refusal" in admission) throw new EnclaveError(REFUSAL_STATUS[admission.refusal], { check: "evidence" });
  const { publicKey, owner, machineId } = admission.node;
  const { guard } = keys;
  const encryptedSeeds = guard.sealSeeds(publicKey);
  if (encryptedSeeds === undefined) throw new EnclaveError("SeedEncryptionFailed", { check: "low-order key" });
  block.memberChanges.add(position, { kind: "admit", publicKey });
  const { seedExchangePublicKey } = guard;
  return { publicKey, encryptedSeeds, seedExchangePublicKey, owner, machineId: fromHex(machineId ?? "") };
}

/** Checks the proof of a MsgConfirmNode. Throws `PossessionNotProven`. */
export function confirmNode(
  { keys }: AdmissionParts,
  position: EcallRequest<"confirmNode">,
  block: OpenBlock,
): EcallResponse<"confirmNode"> {
  const { publicKey, proof } = takeMessage(block, position, TypeUrl.msgConfirmNode, decodeMsgConfirmNode);
  if (publicKey.length !== 32) throw new EnclaveError("RegistrationInput", { check: "public key" });
  if (!equalBytes(keys.guard.possessionProof(publicKey), proof)) throw new EnclaveError("PossessionNotProven");
  return { publicKey };
}

/** Reads a MsgRevokeNode. Who may send one is the chain's affair: a host that is wrong about it differs from all others. */
export function revokeNode(position: EcallRequest<"revokeNode">, block: OpenBlock): EcallResponse<"revokeNode"> {
  const { publicKey } = takeMessage(block, position, TypeUrl.msgRevokeNode, decodeMsgRevokeNode);
  if (publicKey.length !== 32) throw new EnclaveError("RegistrationInput", { check: "public key" });
  block.memberChanges.add(position, { kind: "revoke", publicKey });
  return { publicKey };
}
