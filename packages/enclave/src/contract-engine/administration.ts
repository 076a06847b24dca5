/**
 * Who may change a contract: the checks of migrate, update admin and clear admin, and the proofs that they hand out.
 *
 * Spec: 02 §3.2 (order), §7.1–7.3 (keys and proofs).
 * Trust: the stored key is authenticated against the code that runs now, so that og key and admin proof belong to the contract
 * that the message names. That both are the latest ones is proven where proofs of state are demanded; elsewhere an older admin
 * proof of the same contract passes.
 * @module
 */
import { type EcallRequest, type EcallResponse, EnclaveError } from "@enclavenet/enclave-api";
import { tryDecodeAddress } from "../account-address.ts";
import type { OpenBlock } from "../block-verifier/open-block.ts";
import type { HostCalls } from "../host-calls.ts";
import type { ContractIdentity, KeyGuard } from "../key-guard/key-guard.ts";
import { authenticateStored, demandCurrentAdmin, type HostWord, noteAdmin } from "./stored-contract.ts";

interface AdministeredContract {
  readonly message: { readonly sender: Uint8Array; readonly contract: Uint8Array };
  /** Code that the contract runs now. */
  readonly codeHash: Uint8Array;
  readonly contractKey: EcallRequest<"updateAdmin">["contractKey"];
  readonly adminProof: Uint8Array;
}

/** Throws unless the stored keys are the contract's own and the sender is the admin that the proof names. */
function demandAdmin(guard: KeyGuard, word: HostWord, administered: AdministeredContract): void {
  const { message, codeHash, contractKey, adminProof } = administered;
  // check: administered-key
  authenticateStored(guard, word, { contractAddress: message.contract, codeHash }, contractKey);
  // check: admin-proof
  if (!guard.verifyAdminProof(message.sender, contractKey.og, adminProof)) {
    throw new EnclaveError("ValidationFailure", { check: "admin proof" });
  }
  demandCurrentAdmin(word, message.contract, adminProof);
}

/** A migration that may run: the contract under its new code, and the key and proof that it gets. */
export interface AuthorizedMigration {
  readonly identity: ContractIdentity;
  readonly contractKey: Uint8Array;
  readonly proof: Uint8Array;
}

/** Checks the sender of a migration and makes the contract's next key. */
export function authorizeMigration(
  guard: KeyGuard,
  word: HostWord,
  request: EcallRequest<"migrate">,
  message: AdministeredContract["message"],
  height: bigint,
): AuthorizedMigration {
  const { currentCodeHash, codeHash, contractKey, adminProof } = request;
  demandAdmin(guard, word, { message, codeHash: currentCodeHash, contractKey, adminProof });
  const identity = { contractAddress: message.contract, codeHash };
  return { identity, ...guard.createMigratedKey(message.sender, height, identity, contractKey.og) };
}

/** Gives the contract the admin that the message names. */
export function updateAdmin(
  guard: KeyGuard,
  request: EcallRequest<"updateAdmin">,
  block: OpenBlock,
  host: HostCalls,
): EcallResponse<"updateAdmin"> {
  const { message } = block.claim(request.origin, host);
  if (message.kind !== "update_admin") throw new EnclaveError("ValidationFailure", { check: "message kind" });
  const proofs = block.state();
  demandAdmin(guard, { host, proofs }, { ...request, message });
  const admin = tryDecodeAddress(message.admin);
  if (admin === undefined) throw new EnclaveError("ValidationFailure", { check: "admin address" });
  const adminProof = guard.adminProof(admin, request.contractKey.og);
  noteAdmin(proofs, message.contract, adminProof);
  return { adminProof };
}

/** Leaves the contract without admin. */
export function clearAdmin(
  guard: KeyGuard,
  request: EcallRequest<"clearAdmin">,
  block: OpenBlock,
  host: HostCalls,
): EcallResponse<"clearAdmin"> {
  const { message } = block.claim(request.origin, host);
  // check: administration-kind
  if (message.kind !== "clear_admin") throw new EnclaveError("ValidationFailure", { check: "message kind" });
  const proofs = block.state();
  demandAdmin(guard, { host, proofs }, { ...request, message });
  const adminProof = guard.adminProof(new Uint8Array(0), request.contractKey.og);
  noteAdmin(proofs, message.contract, adminProof);
  return { adminProof };
}
