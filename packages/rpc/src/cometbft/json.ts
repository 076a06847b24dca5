/**
 * CometBFT's JSON of blocks, commits, results and validators.
 *
 * Spec: 04 §5.1 (scalars), §5.2 (shapes).
 * @module
 */
import type { Event, ExecTxResult, ProofOp, QueryResponse } from "@enclavenet/abci";
import { toBase64, toUpperHex } from "@enclavenet/common";
import {
  type Block,
  type BlockId,
  type BlockMeta,
  type BlockRecord,
  type BlockResults,
  type Commit,
  EMPTY_BLOCK_ID,
  formatRfc3339,
  type Header,
  type TxProof,
  type TxRecord,
  type Validator,
} from "@enclavenet/consensus";

/** Go's zero time, printed where a vote is absent. */
const ZERO_TIME = "0001-01-01T00:00:00Z";

/** Bytes as base64, nil bytes as null. */
function nullableBase64(bytes: Uint8Array): string | null {
  return bytes.length === 0 ? null : toBase64(bytes);
}

/** RFC 3339 with nanoseconds, or Go's zero time. */
export function timeJson(timeNs: bigint | undefined): string {
  return timeNs === undefined ? ZERO_TIME : formatRfc3339(timeNs);
}

export function blockIdJson(id: BlockId) {
  return { hash: toUpperHex(id.hash), parts: { total: id.partsTotal, hash: toUpperHex(id.partsHash) } };
}

/** The id of no block. */
export const EMPTY_BLOCK_ID_JSON = blockIdJson(EMPTY_BLOCK_ID);

export function headerJson(header: Header) {
  const app = header.versionApp === 0n ? {} : { app: header.versionApp.toString() };
  return {
    version: { block: header.versionBlock.toString(), ...app },
    chain_id: header.chainId,
    height: header.height.toString(),
    time: timeJson(header.timeNs),
    last_block_id: blockIdJson(header.lastBlockId),
    last_commit_hash: toUpperHex(header.lastCommitHash),
    data_hash: toUpperHex(header.dataHash),
    validators_hash: toUpperHex(header.validatorsHash),
    next_validators_hash: toUpperHex(header.nextValidatorsHash),
    consensus_hash: toUpperHex(header.consensusHash),
    app_hash: toUpperHex(header.appHash),
    last_results_hash: toUpperHex(header.lastResultsHash),
    evidence_hash: toUpperHex(header.evidenceHash),
    proposer_address: toUpperHex(header.proposerAddress),
  };
}

export function commitJson(commit: Commit) {
  return {
    height: commit.height.toString(),
    round: commit.round,
    block_id: blockIdJson(commit.blockId),
    signatures: commit.signatures.map(({ blockIdFlag, validatorAddress, timestampNs, signature }) => ({
      block_id_flag: blockIdFlag,
      validator_address: toUpperHex(validatorAddress),
      timestamp: timeJson(timestampNs),
      signature: nullableBase64(signature),
    })),
  };
}

export function blockJson(block: Block) {
  return {
    header: headerJson(block.header),
    data: { txs: block.txs.map(toBase64) },
    evidence: { evidence: [] },
    last_commit: commitJson(block.lastCommit),
  };
}

export function blockRecordJson({ blockId, block }: BlockRecord) {
  return { block_id: blockIdJson(blockId), block: blockJson(block) };
}

export function blockMetaJson(meta: BlockMeta) {
  return {
    block_id: blockIdJson(meta.blockId),
    block_size: meta.sizeBytes.toString(),
    header: headerJson(meta.header),
    num_txs: meta.numTxs.toString(),
  };
}

export function eventJson(event: Event) {
  return {
    type: event.type,
    attributes: event.attributes.map(({ key, value, index }) => ({ key, value, index })),
  };
}

export function execTxResultJson(result: ExecTxResult) {
  return {
    code: result.code,
    data: nullableBase64(result.data),
    log: result.log,
    info: result.info,
    gas_wanted: result.gasWanted.toString(),
    gas_used: result.gasUsed.toString(),
    events: result.events.map(eventJson),
    codespace: result.codespace,
  };
}

export function blockParamsJson({ blockMaxBytes, blockMaxGas }: BlockResults["consensusParams"]) {
  return { max_bytes: blockMaxBytes.toString(), max_gas: blockMaxGas.toString() };
}

export function validatorUpdateJson({ publicKey, power }: BlockResults["validatorUpdates"][number]) {
  return {
    pub_key: { Sum: { type: "tendermint.crypto.PublicKey_Ed25519", value: { ed25519: toBase64(publicKey) } } },
    power: power.toString(),
  };
}

export function blockResultsJson(results: BlockResults) {
  const { txResults, validatorUpdates } = results;
  return {
    height: results.height.toString(),
    txs_results: txResults.length === 0 ? null : txResults.map(execTxResultJson),
    finalize_block_events: results.events.map(eventJson),
    validator_updates: validatorUpdates.length === 0 ? null : validatorUpdates.map(validatorUpdateJson),
    consensus_param_updates: { block: blockParamsJson(results.consensusParams) },
    app_hash: toBase64(results.appHash),
  };
}

export function ed25519Json(publicKey: Uint8Array) {
  return { type: "tendermint/PubKeyEd25519", value: toBase64(publicKey) };
}

export function validatorJson(validator: Validator) {
  return {
    address: toUpperHex(validator.address),
    pub_key: ed25519Json(validator.publicKey),
    voting_power: validator.power.toString(),
    proposer_priority: validator.proposerPriority.toString(),
  };
}

function proofJson(proof: TxProof) {
  return {
    root_hash: toUpperHex(proof.rootHash),
    data: toBase64(proof.data),
    proof: {
      total: proof.total.toString(),
      index: proof.index.toString(),
      leaf_hash: toBase64(proof.leafHash),
      aunts: proof.aunts.map(toBase64),
    },
  };
}

export function txJson(record: TxRecord, proof: TxProof | undefined) {
  return {
    hash: toUpperHex(record.hash),
    height: record.height.toString(),
    index: record.index,
    tx_result: execTxResultJson(record.result),
    tx: toBase64(record.tx),
    ...(proof === undefined ? {} : { proof: proofJson(proof) }),
  };
}

function proofOpJson({ type, key, data }: ProofOp) {
  return { type, key: toBase64(key), data: toBase64(data) };
}

export function queryResponseJson(response: QueryResponse) {
  return {
    response: {
      code: response.code,
      log: response.log,
      info: "",
      index: "0",
      key: nullableBase64(response.key),
      value: nullableBase64(response.value),
      proofOps: response.proofOps.length === 0 ? null : { ops: response.proofOps.map(proofOpJson) },
      height: response.height.toString(),
      codespace: response.codespace,
    },
  };
}
