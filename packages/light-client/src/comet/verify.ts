/**
 * Verification of commits and of the step from one header to the next.
 *
 * Spec: 05 §3.5 (sign bytes, power), §3.4 (form of a commit), §3.10 (acceptance rules).
 * @module
 */
import { equalBytes, toHex } from "@enclavenet/common";
import { type Commit, type CommitSig, type Header, type ValidatorSet, VoteType, voteSignBytes } from "@enclavenet/wire";
import { refuse } from "../errors.ts";
import type { CometPrimitives } from "../primitives.ts";
import { headerHash, validatorAddress, validatorSetHash } from "./hashes.ts";

const BLOCK_ID_FLAG_ABSENT = 1;
const BLOCK_ID_FLAG_COMMIT = 2;
const BLOCK_ID_FLAG_NIL = 3;

const HASH_BYTES = 32;
const ADDRESS_BYTES = 20;
const MAX_SIGNATURE_BYTES = 64;

function checkShape(commit: Commit, size: number): void {
  if (commit.height <= 0n || commit.round < 0) refuse("COMMIT_SHAPE", "height or round is out of range");
  const { hash, partSetHeader } = commit.blockId;
  if (hash.length !== HASH_BYTES || partSetHeader.total === 0 || partSetHeader.hash.length !== HASH_BYTES) {
    refuse("COMMIT_SHAPE", "block id is not complete");
  }
  if (commit.signatures.length !== size) refuse("COMMIT_SHAPE", "one signature entry per validator is needed");
  commit.signatures.forEach(checkEntry);
}

function checkEntry({ blockIdFlag, validatorAddress: address, timestampNs, signature }: CommitSig): void {
  if (blockIdFlag === BLOCK_ID_FLAG_ABSENT) {
    const isEmpty = address.length === 0 && signature.length === 0 && timestampNs === undefined;
    if (!isEmpty) refuse("COMMIT_SHAPE", "an absent vote says something");
    return;
  }
  if (blockIdFlag !== BLOCK_ID_FLAG_COMMIT && blockIdFlag !== BLOCK_ID_FLAG_NIL) {
    refuse("COMMIT_SHAPE", "unknown block id flag");
  }
  if (address.length !== ADDRESS_BYTES) refuse("COMMIT_SHAPE", "address of another length");
  if (signature.length === 0 || signature.length > MAX_SIGNATURE_BYTES) {
    refuse("COMMIT_SHAPE", "signature of another length");
  }
}

/** Power of all validators. A validator that occurs twice would be counted twice. */
function totalPower({ validators }: ValidatorSet): bigint {
  let total = 0n;
  const seen = new Set<string>();
  for (const { publicKey, votingPower } of validators) {
    if (votingPower <= 0n) refuse("COMMIT_SHAPE", "a validator without power");
    seen.add(toHex(publicKey));
    total += votingPower;
  }
  if (seen.size !== validators.length) refuse("COMMIT_SHAPE", "a validator occurs twice");
  return total;
}

function checkVote(
  primitives: CometPrimitives,
  chainId: string,
  validator: ValidatorSet["validators"][number],
  commit: Commit,
  entry: CommitSig,
): void {
  const address = validatorAddress(primitives, validator.publicKey);
  // check: commit-address
  if (!equalBytes(entry.validatorAddress, address) || !equalBytes(validator.address, address)) {
    refuse("COMMIT_SIGNATURE", "address does not belong to the validator in this place");
  }
  const message = voteSignBytes({
    type: VoteType.precommit,
    height: commit.height,
    round: BigInt(commit.round),
    blockId: commit.blockId,
    timestampNs: entry.timestampNs,
    chainId,
  });
  // check: commit-signature
  if (!primitives.ed25519VerifyZip215(message, entry.signature, validator.publicKey)) {
    refuse("COMMIT_SIGNATURE", "a signature does not verify");
  }
}

/**
 * Throws {@link LightClientError} unless more than two thirds of the set's power signed the commit. Every signature for the
 * block is checked, entry by entry against the validator in the same place; votes for nothing carry no power.
 */
export function verifyCommit(
  primitives: CometPrimitives,
  chainId: string,
  validators: ValidatorSet,
  commit: Commit,
): void {
  checkShape(commit, validators.validators.length);
  const total = totalPower(validators);
  let signed = 0n;
  for (const [index, validator] of validators.validators.entries()) {
    const entry = commit.signatures[index] as CommitSig;
    if (entry.blockIdFlag !== BLOCK_ID_FLAG_COMMIT) continue;
    checkVote(primitives, chainId, validator, commit, entry);
    signed += validator.votingPower;
  }
  // check: commit-power
  if (signed <= (total * 2n) / 3n) refuse("COMMIT_POWER", "not more than two thirds of the power signed");
}

/** A header with the commit that made it final and the set that signed it. */
export interface SignedHeader {
  readonly header: Header;
  readonly commit: Commit;
  readonly validators: ValidatorSet;
}

/** Throws unless the parts belong together and the commit is good. Returns the header's hash. */
export function verifySignedHeader(primitives: CometPrimitives, chainId: string, signed: SignedHeader): Uint8Array {
  const { header, commit, validators } = signed;
  if (header.chainId !== chainId) refuse("HEADER_CHAIN", "header of another chain");
  if (!equalBytes(validatorSetHash(primitives, validators), header.validatorsHash)) {
    refuse("HEADER_VALIDATORS", "validators do not hash to the header's");
  }
  const hash = headerHash(primitives, header);
  if (commit.height !== header.height) refuse("HEADER_HEIGHT", "commit of another height");
  if (!equalBytes(commit.blockId.hash, hash)) refuse("HEADER_HASH", "commit of another header");
  verifyCommit(primitives, chainId, validators, commit);
  return hash;
}

/** Limits that need a clock, which this room does not have. */
export interface AdjacentOptions {
  /** A header of a later time is refused: now and the clock drift that is allowed. Default: no limit. */
  readonly notAfterNs?: bigint;
}

/** Throws unless `next` follows directly on the trusted header (adjacent verification). Returns the new header's hash. */
export function verifyAdjacentHeader(
  primitives: CometPrimitives,
  chainId: string,
  trusted: Header,
  next: SignedHeader,
  options: AdjacentOptions = {},
): Uint8Array {
  const { header } = next;
  if (header.height !== trusted.height + 1n) refuse("HEADER_HEIGHT", "not the next height");
  if (header.timeNs <= trusted.timeNs) refuse("HEADER_TIME", "time does not increase");
  if (options.notAfterNs !== undefined && header.timeNs > options.notAfterNs) {
    refuse("HEADER_TIME", "time is in the future");
  }
  if (!equalBytes(header.validatorsHash, trusted.nextValidatorsHash)) {
    refuse("HEADER_VALIDATORS", "another validator set than announced");
  }
  if (!equalBytes(header.lastBlockId.hash, headerHash(primitives, trusted))) {
    refuse("HEADER_HASH", "last block id is not the trusted header");
  }
  return verifySignedHeader(primitives, chainId, next);
}
