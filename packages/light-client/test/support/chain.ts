/** A chain of signed headers with real keys: what an honest network hands to a light client. */
import { utf8ToBytes } from "@enclavenet/common";
import { SecretBytes } from "@enclavenet/crypto";
import { headerHash, type SignedHeader, validatorAddress, validatorSetHash } from "@enclavenet/light-client";
import {
  type BlockId,
  type Commit,
  type CommitSig,
  type Header,
  type Validator,
  type ValidatorSet,
  VoteType,
  voteSignBytes,
} from "@enclavenet/wire";
import { primitives } from "./primitives.ts";

export const CHAIN_ID = "secretdev-1";

const EMPTY = new Uint8Array(0);

export interface KeyedValidator extends Validator {
  readonly seed: SecretBytes;
}

/** The validator whose seed is the hash of a text. */
export function validatorOf(secret: string, votingPower: bigint): KeyedValidator {
  const seed = SecretBytes.from(primitives.sha256(utf8ToBytes(secret)));
  const publicKey = primitives.ed25519PublicKey(seed);
  return {
    seed,
    publicKey,
    address: validatorAddress(primitives, publicKey),
    votingPower,
    proposerPriority: 0n,
  };
}

/** Validators with these powers. */
export function validatorsOf(powers: readonly bigint[]): KeyedValidator[] {
  return powers.map((power, index) => validatorOf(`validator ${index}`, power));
}

export function setOf(validators: readonly KeyedValidator[]): ValidatorSet {
  return { validators: validators.map(({ seed: _, ...validator }) => validator) };
}

/** What one validator says about a block. */
export type Say = "commit" | "nil" | "absent";

export interface CommitFacts {
  readonly height: bigint;
  readonly round: number;
  readonly blockId: BlockId;
  readonly chainId: string;
  readonly timestampNs: bigint;
}

/** One entry of a commit, signed. */
export function voteOf(validator: KeyedValidator, facts: CommitFacts, say: Say = "commit"): CommitSig {
  if (say === "absent") {
    return { blockIdFlag: 1, validatorAddress: EMPTY, timestampNs: undefined, signature: EMPTY };
  }
  const { round, blockId, ...same } = facts;
  const message = voteSignBytes({
    ...same,
    type: VoteType.precommit,
    round: BigInt(round),
    blockId: say === "nil" ? undefined : blockId,
  });
  return {
    blockIdFlag: say === "nil" ? 3 : 2,
    validatorAddress: validator.address,
    timestampNs: facts.timestampNs,
    signature: primitives.ed25519Sign(message, validator.seed),
  };
}

/** A commit in which each validator says what `says` has in its place; by default all sign the block. */
export function commitOf(validators: readonly KeyedValidator[], facts: CommitFacts, says: readonly Say[] = []): Commit {
  const { height, round, blockId } = facts;
  const signatures = validators.map((validator, index) => voteOf(validator, facts, says[index]));
  return { height, round, blockId, signatures };
}

/** Block id with this hash. */
export function blockIdOf(hash: Uint8Array): BlockId {
  return { hash, partSetHeader: { total: 1, hash: primitives.sha256(hash) } };
}

const nothing = primitives.sha256(EMPTY);
const NO_BLOCK: BlockId = { hash: EMPTY, partSetHeader: { total: 0, hash: EMPTY } };
const GENESIS_TIME_NS = 1_700_000_000_000_000_000n;

export interface HeaderOptions {
  readonly validators: readonly KeyedValidator[];
  readonly next?: readonly KeyedValidator[];
  readonly previous?: SignedHeader;
  /** Fields of the header that are other than honest ones. */
  readonly header?: Partial<Header>;
}

/** The header after `previous` with a commit of all its validators. */
export function signedHeaderOf({
  validators,
  next = validators,
  previous,
  header: changes,
}: HeaderOptions): SignedHeader {
  const height = (previous?.header.height ?? 0n) + 1n;
  const header: Header = {
    version: { block: 11n, app: 0n },
    chainId: CHAIN_ID,
    height,
    timeNs: GENESIS_TIME_NS + height * 1_000_000_000n,
    lastBlockId: previous?.commit.blockId ?? NO_BLOCK,
    lastCommitHash: nothing,
    dataHash: nothing,
    validatorsHash: validatorSetHash(primitives, setOf(validators)),
    nextValidatorsHash: validatorSetHash(primitives, setOf(next)),
    consensusHash: nothing,
    appHash: nothing,
    lastResultsHash: nothing,
    evidenceHash: nothing,
    proposerAddress: validators[0]!.address,
    encryptedRandom: undefined,
    ...changes,
  };
  const blockId = blockIdOf(headerHash(primitives, header));
  const facts = { height: header.height, round: 0, blockId, chainId: header.chainId, timestampNs: header.timeNs + 1n };
  return { header, commit: commitOf(validators, facts), validators: setOf(validators) };
}
