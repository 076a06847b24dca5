/**
 * CometBFT's header, commit and validator set as protobuf.
 *
 * Spec: 05 §3.2 (header), §3.4 (commit), §3.3 (validators). Times are nanoseconds since the Unix epoch; Go's zero time of an
 * absent vote is undefined.
 * @module
 */
import { concatBytes } from "@enclavenet/common";
import { WireError } from "../errors.ts";
import {
  bytesType,
  embeddedMessage,
  type FieldType,
  int32Type,
  int64Type,
  type MessageCodec,
  messageCodec,
  optionalMessage,
  repeatedMessage,
  textType,
  uint32Type,
  uint64Type,
} from "../protobuf/message.ts";
import { bytesField, messageField, sfixed64Field, uvarint, varintField } from "../protobuf/writer.ts";

/** Hash of a header and of the parts of its block; all empty at the initial height. */
export interface BlockId {
  readonly hash: Uint8Array;
  readonly partSetHeader: { readonly total: number; readonly hash: Uint8Array };
}

export interface Header {
  readonly version: { readonly block: bigint; readonly app: bigint };
  readonly chainId: string;
  readonly height: bigint;
  readonly timeNs: bigint;
  readonly lastBlockId: BlockId;
  readonly lastCommitHash: Uint8Array;
  readonly dataHash: Uint8Array;
  readonly validatorsHash: Uint8Array;
  readonly nextValidatorsHash: Uint8Array;
  readonly consensusHash: Uint8Array;
  readonly appHash: Uint8Array;
  readonly lastResultsHash: Uint8Array;
  readonly evidenceHash: Uint8Array;
  readonly proposerAddress: Uint8Array;
  /** Field 15 of some chains; never part of the header hash. */
  readonly encryptedRandom: { readonly random: Uint8Array; readonly proof: Uint8Array } | undefined;
}

/** `blockIdFlag`: 1 absent, 2 commit, 3 nil. */
export interface CommitSig {
  readonly blockIdFlag: number;
  readonly validatorAddress: Uint8Array;
  readonly timestampNs: bigint | undefined;
  readonly signature: Uint8Array;
}

export interface Commit {
  readonly height: bigint;
  readonly round: number;
  readonly blockId: BlockId;
  readonly signatures: readonly CommitSig[];
}

export interface Validator {
  readonly address: Uint8Array;
  /** Raw ed25519 key, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly votingPower: bigint;
  readonly proposerPriority: bigint;
}

export interface ValidatorSet {
  readonly validators: readonly Validator[];
}

const NANOSECONDS = 1_000_000_000n;

/** Go's zero time: 0001-01-01T00:00:00Z. */
const ZERO_TIME_SECONDS = -62_135_596_800n;

interface RawTimestamp {
  readonly seconds: bigint;
  readonly nanos: number;
}

const timestampCodec = messageCodec<RawTimestamp>("Timestamp", { seconds: [1, int64Type], nanos: [2, int32Type] });

/** Protobuf Timestamp of a time, or of Go's zero time. */
export function encodeTimestamp(timeNs: bigint | undefined): Uint8Array {
  if (timeNs === undefined) return timestampCodec.encode({ seconds: ZERO_TIME_SECONDS, nanos: 0 });
  const nanos = ((timeNs % NANOSECONDS) + NANOSECONDS) % NANOSECONDS;
  return timestampCodec.encode({ seconds: (timeNs - nanos) / NANOSECONDS, nanos: Number(nanos) });
}

function decodeTimestamp({ seconds, nanos }: RawTimestamp): bigint | undefined {
  if (nanos < 0 || nanos >= Number(NANOSECONDS)) throw new WireError("timestamp: nanos are out of range");
  return seconds === ZERO_TIME_SECONDS && nanos === 0 ? undefined : seconds * NANOSECONDS + BigInt(nanos);
}

/** A time that is always written; absent means the Unix epoch. */
function timeType<T extends bigint | undefined>(check: (time: bigint | undefined) => T): FieldType<T> {
  return {
    wireType: 2,
    initial: () => check(0n),
    repeated: false,
    read: (reader, depth) => check(decodeTimestamp(timestampCodec.decodeAt(reader.lengthDelimited(), depth + 1))),
    write: (number, value) => messageField(number, encodeTimestamp(value)),
  };
}

const presentTime = timeType((time) => {
  if (time === undefined) throw new WireError("the time is missing");
  return time;
});
const zeroableTime = timeType((time) => time);

const partSetHeader = messageCodec<BlockId["partSetHeader"]>("PartSetHeader", {
  total: [1, uint32Type],
  hash: [2, bytesType],
});

const blockId: MessageCodec<BlockId> = messageCodec<BlockId>("BlockID", {
  hash: [1, bytesType],
  partSetHeader: [2, embeddedMessage(() => partSetHeader)],
});

const version = messageCodec<Header["version"]>("Consensus", { block: [1, uint64Type], app: [2, uint64Type] });

const encryptedRandom = messageCodec<NonNullable<Header["encryptedRandom"]>>("EncryptedRandom", {
  random: [1, bytesType],
  proof: [2, bytesType],
});

const header = messageCodec<Header>("Header", {
  version: [1, embeddedMessage(() => version)],
  chainId: [2, textType],
  height: [3, int64Type],
  timeNs: [4, presentTime],
  lastBlockId: [5, embeddedMessage(() => blockId)],
  lastCommitHash: [6, bytesType],
  dataHash: [7, bytesType],
  validatorsHash: [8, bytesType],
  nextValidatorsHash: [9, bytesType],
  consensusHash: [10, bytesType],
  appHash: [11, bytesType],
  lastResultsHash: [12, bytesType],
  evidenceHash: [13, bytesType],
  proposerAddress: [14, bytesType],
  encryptedRandom: [15, optionalMessage(() => encryptedRandom)],
});

const commitSig = messageCodec<CommitSig>("CommitSig", {
  blockIdFlag: [1, int32Type],
  validatorAddress: [2, bytesType],
  timestampNs: [3, zeroableTime],
  signature: [4, bytesType],
});

const commit = messageCodec<Commit>("Commit", {
  height: [1, int64Type],
  round: [2, int32Type],
  blockId: [3, embeddedMessage(() => blockId)],
  signatures: [4, repeatedMessage(() => commitSig)],
});

const publicKey = messageCodec<{ readonly ed25519: Uint8Array }>("PublicKey", { ed25519: [1, bytesType] });

interface RawValidator {
  readonly address: Uint8Array;
  readonly publicKey: { readonly ed25519: Uint8Array };
  readonly votingPower: bigint;
  readonly proposerPriority: bigint;
}

const validator = messageCodec<RawValidator>("Validator", {
  address: [1, bytesType],
  publicKey: [2, embeddedMessage(() => publicKey)],
  votingPower: [3, int64Type],
  proposerPriority: [4, int64Type],
});

interface RawValidatorSet {
  readonly validators: readonly RawValidator[];
  readonly proposer: RawValidator | undefined;
  readonly totalVotingPower: bigint;
}

const validatorSet = messageCodec<RawValidatorSet>("ValidatorSet", {
  validators: [1, repeatedMessage(() => validator)],
  proposer: [2, optionalMessage(() => validator)],
  totalVotingPower: [3, int64Type],
});

/** More validators than this are refused (spec 05 §3.4, MaxVotesCount). */
const MAX_VALIDATORS = 10_000;

/** Throws `WireError` as all decoders here, also for keys that are not 32 bytes and powers that are not positive. */
export function decodeValidatorSet(bytes: Uint8Array): ValidatorSet {
  const { validators } = validatorSet.decode(bytes);
  if (validators.length > MAX_VALIDATORS) throw new WireError("too many validators");
  return {
    validators: validators.map(({ address, publicKey: { ed25519 }, votingPower, proposerPriority }) => {
      if (address.length !== 20 || ed25519.length !== 32) throw new WireError("validator: address or key length");
      if (votingPower <= 0n) throw new WireError("validator: power is not positive");
      return { address, publicKey: ed25519, votingPower, proposerPriority };
    }),
  };
}

/** Without proposer and total power, which no hash covers. */
export function encodeValidatorSet({ validators }: ValidatorSet): Uint8Array {
  return validatorSet.encode({
    validators: validators.map(({ publicKey: ed25519, ...rest }) => ({ ...rest, publicKey: { ed25519 } })),
    proposer: undefined,
    totalVotingPower: 0n,
  });
}

export const decodeHeader = header.decode;
export const encodeHeader = header.encode;
export const decodeCommit = commit.decode;
export const encodeCommit = commit.encode;
export const encodeBlockId = blockId.encode;
export const encodeCommitSig = commitSig.encode;
export const encodeConsensusVersion = version.encode;

/** SimpleValidator{pub_key=1, voting_power=2}: a leaf of the validators hash. */
export function encodeSimpleValidator({
  publicKey: ed25519,
  votingPower,
}: Pick<Validator, "publicKey" | "votingPower">) {
  return concatBytes(messageField(1, publicKey.encode({ ed25519 })), varintField(2, votingPower));
}

/** Vote types of CanonicalVote. */
export const VoteType = { prevote: 1, precommit: 2 } as const;

/** What a validator signs (spec 05 §3.5). `blockId` undefined: a vote for nothing. */
export interface CanonicalVote {
  readonly type: number;
  readonly height: bigint;
  readonly round: bigint;
  readonly blockId: BlockId | undefined;
  readonly timestampNs: bigint | undefined;
  readonly chainId: string;
}

/** Length-prefixed sign bytes of a vote. */
export function voteSignBytes(vote: CanonicalVote): Uint8Array {
  const body = concatBytes(
    varintField(1, vote.type),
    sfixed64Field(2, vote.height),
    sfixed64Field(3, vote.round),
    vote.blockId === undefined ? new Uint8Array(0) : messageField(4, encodeBlockId(vote.blockId)),
    messageField(5, encodeTimestamp(vote.timestampNs)),
    bytesField(6, vote.chainId),
  );
  return concatBytes(uvarint(body.length), body);
}
