/**
 * What the host says that the chain has stored of a contract: its keys, and with them its code, its admin, the number of the next one.
 *
 * Spec: 02 §7.2 (check of the keys), 03 §5.1 (records).
 * Trust: keys and proofs of the past stay genuine. Where proofs of state are demanded, they count only as the chain has them now.
 * @module
 */
import { be64 } from "@enclavenet/common";
import type { ContractKey } from "@enclavenet/enclave-api";
import type { HostCalls } from "../host-calls.ts";
import type { ContractIdentity, KeyGuard } from "../key-guard/key-guard.ts";
import type { CallState } from "../state-proofs/block-state.ts";
import { adminRecord, type ChainRecord, keyRecord, nextInstance, storedKey } from "../state-proofs/chain-records.ts";

/** The host's word, and what it is held against; `proofs` is undefined where the host is believed. */
export interface HostWord {
  readonly host: HostCalls;
  readonly proofs: CallState | undefined;
}

/** Throws unless the keys are the contract's own for this code, and those that it has now. `ahead`: records that are read next. */
export function authenticateStored(
  guard: KeyGuard,
  { host, proofs }: HostWord,
  identity: ContractIdentity,
  contractKey: ContractKey,
  ahead: readonly ChainRecord[] = [],
): void {
  guard.authenticateContract(identity, contractKey);
  // check: proven-contract-key
  proofs?.check(host, keyRecord(identity.contractAddress), storedKey(contractKey), ahead);
}

/** Throws unless this is the proof of the admin that the contract has now. */
export function demandCurrentAdmin({ host, proofs }: HostWord, contract: Uint8Array, adminProof: Uint8Array): void {
  // check: proven-admin
  proofs?.check(host, adminRecord(contract), adminProof);
}

/** Throws unless the next contract has this number. */
export function demandNextInstance({ host, proofs }: HostWord, instanceId: bigint): void {
  // check: proven-instance
  proofs?.check(host, nextInstance, be64(instanceId));
}

/** What the chain stores of a contract that was made. */
export function noteInstance(
  proofs: CallState | undefined,
  contract: Uint8Array,
  made: { readonly instanceId: bigint; readonly contractKey: Uint8Array; readonly adminProof: Uint8Array },
): void {
  proofs?.wrote(nextInstance, be64(made.instanceId + 1n));
  proofs?.wrote(keyRecord(contract), storedKey({ og: made.contractKey, current: undefined, proof: undefined }));
  proofs?.wrote(adminRecord(contract), made.adminProof);
}

/** The chain stores other keys after a migration. */
export function noteKey(proofs: CallState | undefined, contract: Uint8Array, key: ContractKey): void {
  proofs?.wrote(keyRecord(contract), storedKey(key));
}

/** The chain stores another proof after a change of admin. */
export function noteAdmin(proofs: CallState | undefined, contract: Uint8Array, adminProof: Uint8Array): void {
  proofs?.wrote(adminRecord(contract), adminProof);
}
