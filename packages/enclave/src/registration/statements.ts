/**
 * The quotes that this enclave gives: about its registration, about the network's keys, about how far it has come.
 *
 * Trust: every statement is made of what is sealed or was verified here. The host chooses only the owner and the nonce, which the
 * statement shows.
 * @module
 */
import {
  freshnessReportData,
  type NetworkKeysStatement,
  networkKeysReportData,
  registrationReportData,
  upgradeRequestReportData,
} from "@enclavenet/attestation";
import { toHex } from "@enclavenet/common";
import { type Primitives, SecretBytes } from "@enclavenet/crypto";
import { type EcallRequest, EnclaveError, EvidencePurpose } from "@enclavenet/enclave-api";
import type { Progress } from "../block-verifier/progress.ts";
import type { KeyGuard } from "../key-guard/key-guard.ts";
import type { KeychainStore } from "../keychain/keychain.ts";
import type { Registration } from "../keychain/keychain-record.ts";
import type { Tee } from "../tee/tee.ts";

export interface StatementParts {
  readonly primitives: Primitives;
  readonly keychain: KeychainStore;
  readonly tee: Tee | undefined;
  /** Guard of the seeds. Throws `NotReady`. */
  guard(): KeyGuard;
  readonly progress: Progress | undefined;
}

/** Public key of a node's registration. */
export function registrationKey(primitives: Primitives, { privateKey }: Registration): Uint8Array {
  return primitives.x25519PublicKey(SecretBytes.from(privateKey));
}

/** Name of this machine among those of its network. */
export function machineOf({ primitives, keychain, guard }: StatementParts): string {
  const registration = keychain.current?.registration;
  return toHex(registration === undefined ? guard().ioPublicKey : registrationKey(primitives, registration));
}

interface Statement {
  readonly chainId: string;
  readonly reportData: Uint8Array;
}

function registration(parts: StatementParts, { owner }: EcallRequest<"evidence">): Statement {
  const { primitives, keychain } = parts;
  const own = keychain.registered();
  const { chainId } = own;
  const publicKey = registrationKey(primitives, own);
  return { chainId, reportData: registrationReportData(primitives, { chainId, publicKey, owner }) };
}

function upgrade({ primitives, keychain }: StatementParts): Statement {
  const own = keychain.registered();
  const statement = { chainId: own.chainId, publicKey: registrationKey(primitives, own) };
  return { chainId: own.chainId, reportData: upgradeRequestReportData(primitives, statement) };
}

/** Networks of the first sealed format do not know how they were born, and nobody can join them. */
export function networkStatement(
  keychain: KeychainStore,
  { ioPublicKey, seedExchangePublicKey }: Pick<KeyGuard, "ioPublicKey" | "seedExchangePublicKey">,
): NetworkKeysStatement {
  const { birth } = keychain.seeded();
  if (birth === undefined) throw new EnclaveError("NoEvidence", { check: "network without a record of its birth" });
  return { ...birth, ioPublicKey, seedExchangePublicKey };
}

function networkKeys(parts: StatementParts): Statement {
  const statement = networkStatement(parts.keychain, parts.guard());
  return { chainId: statement.chainId, reportData: networkKeysReportData(parts.primitives, statement) };
}

function freshness(parts: StatementParts, { nonce }: EcallRequest<"evidence">): Statement {
  parts.keychain.bound();
  const { progress } = parts;
  if (progress === undefined) throw new EnclaveError("NotReady", { check: "no block yet" });
  const { height, blockHash } = progress;
  const statement = { ...networkStatement(parts.keychain, parts.guard()), height, blockHash, nonce };
  return { chainId: statement.chainId, reportData: freshnessReportData(parts.primitives, statement) };
}

/** The quote. Throws `NoEvidence`, `NotReady` or `BadRequest`. */
export function evidence(parts: StatementParts, request: EcallRequest<"evidence">): Uint8Array {
  const { tee } = parts;
  if (tee === undefined) throw new EnclaveError("NoEvidence");
  const makers = {
    [EvidencePurpose.registration]: registration,
    [EvidencePurpose.networkKeys]: networkKeys,
    [EvidencePurpose.freshness]: freshness,
    [EvidencePurpose.upgrade]: upgrade,
  };
  const make = makers[request.purpose as keyof typeof makers];
  if (make === undefined) throw new EnclaveError("BadRequest", { check: "purpose of the evidence" });
  const { chainId, reportData } = make(parts, request);
  return tee.quote(reportData, { chainId, machine: machineOf(parts) });
}
