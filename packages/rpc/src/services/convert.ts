/**
 * Engine data as protobuf messages of the REST services.
 * @module
 */
import type { Event, ExecTxResult } from "@enclavenet/abci";
import { NANOS_PER_SECOND, toUpperHex } from "@enclavenet/common";
import type { Block, BlockId, Commit, Header, TxRecord } from "@enclavenet/consensus";
import {
  type Any,
  AnySchema,
  cosmosBaseAbci,
  cosmosTx,
  create,
  decodeTx,
  encode,
  type Timestamp,
  TimestampSchema,
  tendermintAbci,
  tendermintTypes,
  txOf,
} from "@enclavenet/proto";
import { isMempoolRefusal } from "../server/mempool-refusal.ts";

/** Go's zero time in seconds. */
const ZERO_TIME_SECONDS = -62_135_596_800n;

export function timestamp(timeNs: bigint | undefined): Timestamp {
  if (timeNs === undefined) return create(TimestampSchema, { seconds: ZERO_TIME_SECONDS });
  return create(TimestampSchema, { seconds: timeNs / NANOS_PER_SECOND, nanos: Number(timeNs % NANOS_PER_SECOND) });
}

export function blockIdMessage(id: BlockId) {
  return create(tendermintTypes.BlockIDSchema, {
    hash: id.hash,
    partSetHeader: create(tendermintTypes.PartSetHeaderSchema, { total: id.partsTotal, hash: id.partsHash }),
  });
}

/** What the header of CometBFT and that of the SDK share: all but the proposer, whom the SDK writes as text. */
export function headerFields(header: Header) {
  return {
    version: { block: header.versionBlock, app: header.versionApp },
    chainId: header.chainId,
    height: header.height,
    time: timestamp(header.timeNs),
    lastBlockId: blockIdMessage(header.lastBlockId),
    lastCommitHash: header.lastCommitHash,
    dataHash: header.dataHash,
    validatorsHash: header.validatorsHash,
    nextValidatorsHash: header.nextValidatorsHash,
    consensusHash: header.consensusHash,
    appHash: header.appHash,
    lastResultsHash: header.lastResultsHash,
    evidenceHash: header.evidenceHash,
  };
}

export function headerMessage(header: Header) {
  return create(tendermintTypes.HeaderSchema, {
    ...headerFields(header),
    proposerAddress: header.proposerAddress,
  });
}

export function commitMessage(commit: Commit) {
  return create(tendermintTypes.CommitSchema, {
    height: commit.height,
    round: commit.round,
    blockId: blockIdMessage(commit.blockId),
    signatures: commit.signatures.map((signature) =>
      create(tendermintTypes.CommitSigSchema, {
        blockIdFlag: signature.blockIdFlag,
        validatorAddress: signature.validatorAddress,
        timestamp: timestamp(signature.timestampNs),
        signature: signature.signature,
      }),
    ),
  });
}

export function blockMessage(block: Block) {
  return create(tendermintTypes.BlockSchema, {
    header: headerMessage(block.header),
    data: create(tendermintTypes.DataSchema, { txs: [...block.txs] }),
    evidence: create(tendermintTypes.EvidenceListSchema, {}),
    lastCommit: commitMessage(block.lastCommit),
  });
}

export function eventMessage(event: Event) {
  return create(tendermintAbci.EventSchema, {
    type: event.type,
    attributes: event.attributes.map(({ key, value, index }) =>
      create(tendermintAbci.EventAttributeSchema, { key, value, index }),
    ),
  });
}

/** The transaction as queries show it. Throws LocalError for bytes that the chain would not decode either. */
export function txMessage(bytes: Uint8Array): cosmosTx.Tx {
  return txOf(decodeTx(bytes));
}

function txAny(tx: cosmosTx.Tx): Any {
  return create(AnySchema, { typeUrl: "/cosmos.tx.v1beta1.Tx", value: encode(cosmosTx.TxSchema, tx) });
}

/** RFC 3339 with second precision, as TxResponse has it (spec 04 §2.4). */
function secondsText(timeNs: bigint): string {
  return new Date(Number(timeNs / 1_000_000n)).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** TxResponse of a committed transaction. */
export function txResponse(record: TxRecord, timeNs: bigint, tx: cosmosTx.Tx) {
  const { result } = record;
  return create(cosmosBaseAbci.TxResponseSchema, {
    height: record.height,
    txhash: toUpperHex(record.hash),
    codespace: result.codespace,
    code: result.code,
    data: toUpperHex(result.data),
    rawLog: result.log,
    info: result.info,
    gasWanted: result.gasWanted,
    gasUsed: result.gasUsed,
    tx: txAny(tx),
    timestamp: secondsText(timeNs),
    events: result.events.map(eventMessage),
  });
}

/** TxResponse of a broadcast: only what CheckTx said, and of a refusal by the mempool only its code (spec 04 §6.6). */
export function checkTxResponse(hash: Uint8Array, result: ExecTxResult) {
  return create(cosmosBaseAbci.TxResponseSchema, {
    txhash: toUpperHex(hash),
    codespace: result.codespace,
    code: result.code,
    data: toUpperHex(result.data),
    rawLog: isMempoolRefusal(result) ? "" : result.log,
  });
}
