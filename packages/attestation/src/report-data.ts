/**
 * What quotes of this network say: the first half of the report data is the thing that is vouched for, the second a hash that
 * begins with a domain tag, so that a quote made for one purpose never stands for another.
 *
 * Spec: 01 §4.4 (the first half of a registration is the node's key, as upstream has it). The second half is our own: upstream
 * puts the owner there in clear and tags nothing.
 * @module
 */
import { be32, be64, concatBytes, utf8ToBytes } from "@enclavenet/common";
import type { HashPrimitives } from "@enclavenet/crypto";
import { refuse } from "./errors.ts";

type Hashes = Pick<HashPrimitives, "sha256">;

/** A key that a node registers, and the validator that it belongs to. */
export interface RegistrationStatement {
  readonly chainId: string;
  /** X25519 key to which the seeds are encrypted, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Ed25519 key of the validator, 32 bytes; zeros when there is none. */
  readonly owner: Uint8Array;
}

/** The node whose enclave drew a network's keys: it is registered from birth. */
export interface FounderStatement {
  /** Key of its registration, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Ed25519 key of the validator that it belongs to, 32 bytes; zeros when there is none. */
  readonly owner: Uint8Array;
}

/** The public keys of a network, held by the enclave that speaks, and what the network is from birth. */
export interface NetworkKeysStatement {
  readonly chainId: string;
  /** Protobuf ValidatorSet that signs the first block. */
  readonly validatorSet: Uint8Array;
  /** JSON of the policy under which nodes register. */
  readonly policy: string;
  /** Networks of before have none. */
  readonly founder?: FounderStatement | undefined;
  readonly ioPublicKey: Uint8Array;
  readonly seedExchangePublicKey: Uint8Array;
}

/** How far an enclave has come, for somebody who asks with a nonce of 32 bytes. */
export interface FreshnessStatement extends NetworkKeysStatement {
  readonly height: bigint;
  readonly blockHash: Uint8Array;
  readonly nonce: Uint8Array;
}

/** A new seed that the enclave drew and encrypted to the network's nodes. */
export interface SeedRotationStatement {
  readonly chainId: string;
  /** Key that users encrypt to from then on. */
  readonly ioPublicKey: Uint8Array;
  /** Key of the network before: two networks of one name have different ones. */
  readonly previousSeedExchangePublicKey: Uint8Array;
  /** Protobuf SeedRotation. */
  readonly rotation: Uint8Array;
}

/** An enclave that asks the one before it for what it holds. */
export interface UpgradeRequestStatement {
  readonly chainId: string;
  /** X25519 key to which it is to be encrypted, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** What an enclave hands over to the one behind it. */
export interface UpgradePackageStatement extends UpgradeRequestStatement {
  readonly package: Uint8Array;
}

const HALF = 32;

/** Parts of a context, each behind its length. */
function context(parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...parts.flatMap((part) => [be32(part.length), part]));
}

function reportData({ sha256 }: Hashes, subject: Uint8Array, domain: string, parts: readonly Uint8Array[]): Uint8Array {
  if (subject.length !== HALF) refuse("ATTESTATION_USAGE", "a quote is about 32 bytes");
  return concatBytes(subject, sha256(context([utf8ToBytes(domain), ...parts])));
}

/** Report data of a node that registers. 64 bytes. */
export function registrationReportData(hashes: Hashes, statement: RegistrationStatement): Uint8Array {
  const { chainId, publicKey, owner } = statement;
  return reportData(hashes, publicKey, "enclavenet registration 1", [utf8ToBytes(chainId), owner]);
}

function networkParts(statement: NetworkKeysStatement): readonly Uint8Array[] {
  const { chainId, validatorSet, policy, seedExchangePublicKey, founder } = statement;
  const parts = [utf8ToBytes(chainId), validatorSet, utf8ToBytes(policy), seedExchangePublicKey];
  // check: founder-statement
  return founder === undefined ? parts : [...parts, founder.publicKey, founder.owner];
}

/** Domain of a statement about a network: 1 without founder, 2 with one. */
function networkDomain(purpose: string, { founder }: NetworkKeysStatement): string {
  return `enclavenet ${purpose} ${founder === undefined ? 1 : 2}`;
}

/** Report data of an enclave that holds the network's keys. 64 bytes. */
export function networkKeysReportData(hashes: Hashes, statement: NetworkKeysStatement): Uint8Array {
  const domain = networkDomain("network keys", statement);
  return reportData(hashes, statement.ioPublicKey, domain, networkParts(statement));
}

/** Report data of an enclave that says at which block it stands. 64 bytes. */
export function freshnessReportData(hashes: Hashes, statement: FreshnessStatement): Uint8Array {
  const { ioPublicKey, height, blockHash, nonce } = statement;
  const parts = [...networkParts(statement), be64(height), blockHash, nonce];
  return reportData(hashes, ioPublicKey, networkDomain("freshness", statement), parts);
}

/** Report data of an enclave that drew a new seed for its network. 64 bytes. */
export function seedRotationReportData(hashes: Hashes, statement: SeedRotationStatement): Uint8Array {
  const { chainId, ioPublicKey, previousSeedExchangePublicKey, rotation } = statement;
  const parts = [utf8ToBytes(chainId), previousSeedExchangePublicKey, rotation];
  return reportData(hashes, ioPublicKey, "enclavenet seed rotation 1", parts);
}

/** Report data of an enclave that wants to take over. 64 bytes. */
export function upgradeRequestReportData(hashes: Hashes, statement: UpgradeRequestStatement): Uint8Array {
  const { chainId, publicKey } = statement;
  return reportData(hashes, publicKey, "enclavenet upgrade request 1", [utf8ToBytes(chainId)]);
}

/** Report data of an enclave that hands over. 64 bytes. */
export function upgradePackageReportData(hashes: Hashes, statement: UpgradePackageStatement): Uint8Array {
  const { chainId, publicKey } = statement;
  return reportData(hashes, publicKey, "enclavenet upgrade package 1", [utf8ToBytes(chainId), statement.package]);
}
