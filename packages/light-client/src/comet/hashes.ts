/**
 * Hashes of a block's parts, of its header and of a validator set.
 *
 * Spec: 05 §3.2 (leaves of the header), §3.3 (components).
 * @module
 */
import { concatBytes } from "@enclavenet/common";
import {
  bytesField,
  type Commit,
  encodeBlockId,
  encodeCommitSig,
  encodeConsensusVersion,
  encodeSimpleValidator,
  encodeTimestamp,
  type Header,
  type Validator,
  varintField,
} from "@enclavenet/wire";
import type { HashFunction } from "../primitives.ts";
import { type MerkleProof, merkleProof, merkleRoot, verifyMerkleProof } from "./merkle.ts";

/** Size of the parts that a block is cut into. */
export const BLOCK_PART_BYTES = 65_536;

const ADDRESS_BYTES = 20;

/** Header hash: Merkle root over its 14 fields. */
export function headerHash(primitives: HashFunction, header: Header): Uint8Array {
  return merkleRoot(primitives, [
    encodeConsensusVersion(header.version),
    bytesField(1, header.chainId),
    varintField(1, header.height),
    encodeTimestamp(header.timeNs),
    encodeBlockId(header.lastBlockId),
    bytesField(1, header.lastCommitHash),
    bytesField(1, header.dataHash),
    bytesField(1, header.validatorsHash),
    bytesField(1, header.nextValidatorsHash),
    bytesField(1, header.consensusHash),
    bytesField(1, header.appHash),
    bytesField(1, header.lastResultsHash),
    bytesField(1, header.evidenceHash),
    bytesField(1, header.proposerAddress),
  ]);
}

/** data_hash: the leaves are the hashes of the transactions. */
export function dataHash(primitives: HashFunction, txs: readonly Uint8Array[]): Uint8Array {
  return merkleRoot(
    primitives,
    txs.map((tx) => primitives.sha256(tx)),
  );
}

/** Proof that the transaction at `index` is in the block with {@link dataHash}. */
export function txInclusionProof(primitives: HashFunction, txs: readonly Uint8Array[], index: number): MerkleProof {
  return merkleProof(
    primitives,
    txs.map((tx) => primitives.sha256(tx)),
    index,
  );
}

/** Whether `tx` is at `proof.index` of the block with this data hash. */
export function verifyTxInclusion(
  primitives: HashFunction,
  root: Uint8Array,
  tx: Uint8Array,
  proof: MerkleProof,
): boolean {
  return verifyMerkleProof(primitives, root, primitives.sha256(tx), proof);
}

/** last_commit_hash. */
export function commitHash(primitives: HashFunction, { signatures }: Pick<Commit, "signatures">): Uint8Array {
  return merkleRoot(primitives, signatures.map(encodeCommitSig));
}

/** evidence_hash: the leaves are the inner evidence messages. */
export function evidenceHash(primitives: HashFunction, evidence: readonly Uint8Array[]): Uint8Array {
  return merkleRoot(primitives, evidence);
}

/** validators_hash; the set is in its order (power descending, then address). */
export function validatorSetHash(
  primitives: HashFunction,
  { validators }: { readonly validators: readonly Pick<Validator, "publicKey" | "votingPower">[] },
): Uint8Array {
  return merkleRoot(primitives, validators.map(encodeSimpleValidator));
}

/** consensus_hash: a plain hash of HashedParams. `blockMaxGas` -1: unlimited. */
export function consensusHash(
  primitives: HashFunction,
  params: { readonly blockMaxBytes: bigint; readonly blockMaxGas: bigint },
): Uint8Array {
  return primitives.sha256(concatBytes(varintField(1, params.blockMaxBytes), varintField(2, params.blockMaxGas)));
}

/** The hashed part of a transaction's result. */
export interface DeterministicResult {
  readonly code: number;
  readonly data: Uint8Array;
  readonly gasWanted: bigint;
  readonly gasUsed: bigint;
}

/** last_results_hash. */
export function resultsHash(primitives: HashFunction, results: readonly DeterministicResult[]): Uint8Array {
  return merkleRoot(
    primitives,
    results.map(({ code, data, gasWanted, gasUsed }) =>
      concatBytes(varintField(1, code), bytesField(2, data), varintField(5, gasWanted), varintField(6, gasUsed)),
    ),
  );
}

/** Number of parts and root over them, for a block's protobuf. */
export function partSetHeader(primitives: HashFunction, block: Uint8Array): { total: number; hash: Uint8Array } {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < block.length; at += BLOCK_PART_BYTES) parts.push(block.subarray(at, at + BLOCK_PART_BYTES));
  return { total: parts.length, hash: merkleRoot(primitives, parts) };
}

/** Address of an ed25519 validator key. */
export function validatorAddress(primitives: HashFunction, publicKey: Uint8Array): Uint8Array {
  return primitives.sha256(publicKey).slice(0, ADDRESS_BYTES);
}
