/**
 * Encoding and hashing of blocks: this room's types on one side, the codec of `wire` and the hashes of
 * `light-client` on the other, so that what is made here is what verifiers read. Only the block's own message, which
 * no verifier decodes, is put together here (spec 05 §3.3, §3.4).
 * @module
 */
import type { ConsensusParams, ExecTxResult } from "@enclavenet/abci";
import { concatBytes } from "@enclavenet/common";
import * as lightClient from "@enclavenet/light-client";
import * as wire from "@enclavenet/wire";
import type { Block, BlockId, Commit, Header, ValidatorSet } from "../base/block-types.ts";
import type { TxProof } from "../base/chain-types.ts";
import { sha256 } from "../base/sha256.ts";
import {
  blockIdToWire,
  commitFromWire,
  commitToWire,
  headerFromWire,
  headerToWire,
  validatorSetToWire,
} from "./wire-types.ts";

const hashing: lightClient.HashFunction = { sha256 };

/** Root of an empty tree: no transactions, no results, no evidence, no commit. */
export const EMPTY_HASH = sha256(new Uint8Array(0));

/** CometBFT's block protocol. */
export const BLOCK_PROTOCOL = 11n;

/** A block with its protobuf and the id that follows from both. */
export interface SealedBlock {
  readonly block: Block;
  readonly blockId: BlockId;
  readonly bytes: Uint8Array;
}

/** A block and the precommits that make it final. */
export interface DecidedBlock {
  readonly sealed: SealedBlock;
  readonly seenCommit: Commit;
}

/** Protobuf of a header. */
export function encodeHeader(header: Header): Uint8Array {
  return wire.encodeHeader(headerToWire(header));
}

/** Protobuf of a commit. */
export function encodeCommit(commit: Commit): Uint8Array {
  return wire.encodeCommit(commitToWire(commit));
}

/** Inverse of {@link encodeCommit}. */
export function decodeCommit(bytes: Uint8Array): Commit {
  return commitFromWire(wire.decodeCommit(bytes));
}

/** Protobuf of a validator set. */
export function encodeValidatorSetProto(set: ValidatorSet): Uint8Array {
  return wire.encodeValidatorSet(validatorSetToWire(set));
}

/** last_commit_hash. */
export function commitHash(commit: Commit): Uint8Array {
  return lightClient.commitHash(hashing, commitToWire(commit));
}

/** data_hash. */
export function dataHash(txs: readonly Uint8Array[]): Uint8Array {
  return lightClient.dataHash(hashing, txs);
}

/** validators_hash. */
export function validatorSetHash(set: ValidatorSet): Uint8Array {
  return lightClient.validatorSetHash(hashing, validatorSetToWire(set));
}

/** consensus_hash. */
export function consensusHash(params: ConsensusParams): Uint8Array {
  return lightClient.consensusHash(hashing, params);
}

/** last_results_hash. */
export function resultsHash(results: readonly ExecTxResult[]): Uint8Array {
  return lightClient.resultsHash(hashing, results);
}

/** Proof that a transaction is in its block. */
export function txProof(txs: readonly Uint8Array[], index: number): TxProof {
  const proof = lightClient.txInclusionProof(hashing, txs, index);
  return { ...proof, rootHash: dataHash(txs), data: txs[index] as Uint8Array };
}

/** What a precommit says. */
export interface Precommit {
  readonly chainId: string;
  readonly height: bigint;
  readonly round: number;
  readonly blockId: BlockId;
  readonly timestampNs: bigint;
}

/** Sign bytes of a precommit. */
export function precommitSignBytes({ round, blockId, ...same }: Precommit): Uint8Array {
  const type = wire.VoteType.precommit;
  return wire.voteSignBytes({ ...same, type, round: BigInt(round), blockId: blockIdToWire(blockId) });
}

const BLOCK_FIELD = { header: 1, data: 2, evidence: 3, lastCommit: 4 } as const;
const TXS_FIELD = 1;
const NO_EVIDENCE = new Uint8Array(0);

function encodeBlock({ header, txs, lastCommit }: Block): Uint8Array {
  return concatBytes(
    wire.messageField(BLOCK_FIELD.header, encodeHeader(header)),
    wire.messageField(BLOCK_FIELD.data, concatBytes(...txs.map((tx) => wire.messageField(TXS_FIELD, tx)))),
    wire.messageField(BLOCK_FIELD.evidence, NO_EVIDENCE),
    wire.messageField(BLOCK_FIELD.lastCommit, encodeCommit(lastCommit)),
  );
}

/** The block with its protobuf, its hash and that of its parts. */
export function sealBlock(block: Block): SealedBlock {
  const bytes = encodeBlock(block);
  const { total, hash: partsHash } = lightClient.partSetHeader(hashing, bytes);
  const hash = lightClient.headerHash(hashing, headerToWire(block.header));
  return { block, bytes, blockId: { hash, partsTotal: total, partsHash } };
}

/** Length-delimited fields of a message, in order. */
function* fieldsOf(bytes: Uint8Array): Generator<readonly [number, Uint8Array]> {
  const reader = new wire.ProtoReader(bytes);
  while (!reader.done) {
    const { number, wireType } = reader.tag();
    if (wireType !== 2) throw new wire.WireError("block: unexpected field");
    yield [number, reader.lengthDelimited()];
  }
}

/** Only the header of a block's protobuf. Throws `WireError`. */
export function decodeBlockHeader(bytes: Uint8Array): Header {
  for (const [field, content] of fieldsOf(bytes)) {
    if (field === BLOCK_FIELD.header) return headerFromWire(wire.decodeHeader(content));
  }
  throw new wire.WireError("block: the header is missing");
}

/** The block of its protobuf. Throws `WireError`. */
export function decodeBlock(bytes: Uint8Array): Block {
  const fields = new Map(fieldsOf(bytes));
  const [header, data, lastCommit] = [BLOCK_FIELD.header, BLOCK_FIELD.data, BLOCK_FIELD.lastCommit].map((field) =>
    fields.get(field),
  );
  if (header === undefined || data === undefined || lastCommit === undefined) {
    throw new wire.WireError("block: a field is missing");
  }
  return {
    header: headerFromWire(wire.decodeHeader(header)),
    // Copies: the database may reuse the buffer that the fields point into.
    txs: [...fieldsOf(data)].map(([, tx]) => tx.slice()),
    lastCommit: decodeCommit(lastCommit),
  };
}
