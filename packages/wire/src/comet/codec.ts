/**
 * Protobuf of headers, commits, validator sets and votes.
 *
 * Spec: 05 §3.2 to §3.5; §2.7 (which messages are written also when empty). All decoders throw `WireError`.
 * @module
 */
import { concatBytes } from "@enclavenet/common";
import { WireError } from "../errors.ts";
import {
  bytesType,
  embeddedMessage,
  int32Type,
  int64Type,
  optionalMessage,
  repeatedMessage,
  textType,
  uint32Type,
  uint64Type,
} from "../protobuf/fields.ts";
import { messageCodec } from "../protobuf/message.ts";
import { bytesField, messageField, sfixed64Field, uvarint, varintField } from "../protobuf/writer.ts";
import { encodeTimestamp, timeType } from "./timestamp.ts";
import type {
  BlockId,
  CanonicalVote,
  Commit,
  CommitSig,
  ConsensusVersion,
  EncryptedRandom,
  Header,
  PartSetHeader,
  Validator,
  ValidatorSet,
} from "./types.ts";

const partSetHeader = messageCodec<PartSetHeader>("PartSetHeader", { total: [1, uint32Type], hash: [2, bytesType] });

const blockId = messageCodec<BlockId>("BlockID", {
  hash: [1, bytesType],
  partSetHeader: [2, embeddedMessage(() => partSetHeader)],
});

const version = messageCodec<ConsensusVersion>("Consensus", { block: [1, uint64Type], app: [2, uint64Type] });

const encryptedRandom = messageCodec<EncryptedRandom>("EncryptedRandom", {
  random: [1, bytesType],
  proof: [2, bytesType],
});

interface RawHeader extends Omit<Header, "timeNs"> {
  readonly timeNs: bigint | undefined;
}

const header = messageCodec<RawHeader>("Header", {
  version: [1, embeddedMessage(() => version)],
  chainId: [2, textType],
  height: [3, int64Type],
  timeNs: [4, timeType],
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
  timestampNs: [3, timeType],
  signature: [4, bytesType],
});

const commit = messageCodec<Commit>("Commit", {
  height: [1, int64Type],
  round: [2, int32Type],
  blockId: [3, embeddedMessage(() => blockId)],
  signatures: [4, repeatedMessage(() => commitSig)],
});

/** tendermint.crypto.PublicKey; other kinds of keys than ed25519 are refused as unknown fields. */
interface PublicKey {
  readonly ed25519: Uint8Array;
}

const publicKey = messageCodec<PublicKey>("PublicKey", { ed25519: [1, bytesType] });

interface RawValidator extends Omit<Validator, "publicKey"> {
  readonly publicKey: PublicKey;
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

const ADDRESS_BYTES = 20;
const PUBLIC_KEY_BYTES = 32;

/** More validators than this are refused (spec 05 §3.4, MaxVotesCount). */
const MAX_VALIDATORS = 10_000;

/** A header without a time is refused. */
export function decodeHeader(bytes: Uint8Array): Header {
  const { timeNs, ...rest } = header.decode(bytes);
  if (timeNs === undefined) throw new WireError("Header: the time is missing");
  return { ...rest, timeNs };
}

export const encodeHeader: (header: Header) => Uint8Array = header.encode;
export const decodeCommit = commit.decode;
export const encodeCommit = commit.encode;
export const decodeCommitSig = commitSig.decode;
export const encodeCommitSig = commitSig.encode;
export const decodeBlockId = blockId.decode;
export const encodeBlockId = blockId.encode;
export const decodeConsensusVersion = version.decode;
export const encodeConsensusVersion = version.encode;

/** Refuses also addresses and keys of another length, and powers that are not positive. Proposer and total are dropped. */
export function decodeValidatorSet(bytes: Uint8Array): ValidatorSet {
  const { validators } = validatorSet.decode(bytes);
  if (validators.length > MAX_VALIDATORS) throw new WireError("too many validators");
  return {
    validators: validators.map(({ address, publicKey: { ed25519 }, votingPower, proposerPriority }) => {
      if (address.length !== ADDRESS_BYTES || ed25519.length !== PUBLIC_KEY_BYTES) {
        throw new WireError("validator: address or key length");
      }
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

/** SimpleValidator{pub_key=1, voting_power=2}: a leaf of the validators hash. */
export function encodeSimpleValidator(one: Pick<Validator, "publicKey" | "votingPower">): Uint8Array {
  return concatBytes(messageField(1, publicKey.encode({ ed25519: one.publicKey })), varintField(2, one.votingPower));
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
