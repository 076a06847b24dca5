/**
 * Records of what a block did: the FinalizeBlock answer and single transactions with their results.
 * @module
 */
import type { Event, EventAttribute, ExecTxResult, FinalizeBlockResponse, ValidatorUpdate } from "@enclavenet/abci";
import type { TxRecord } from "../base/chain-types.ts";
import { RecordReader, RecordWriter } from "./record-codec.ts";

function writeAttribute(writer: RecordWriter, attribute: EventAttribute): void {
  writer.text(attribute.key).text(attribute.value).bool(attribute.index);
}

function readAttribute(reader: RecordReader): EventAttribute {
  return { key: reader.text(), value: reader.text(), index: reader.bool() };
}

function writeEvent(writer: RecordWriter, event: Event): void {
  writer.text(event.type).list(event.attributes, writeAttribute);
}

function readEvent(reader: RecordReader): Event {
  return { type: reader.text(), attributes: reader.list(readAttribute) };
}

/**
 * PERF: bytes of results that were decoded. A block's results come from the application's thread as bytes, are stored as
 * those bytes, and each once more with its transaction.
 */
const knownBytes = new WeakMap<ExecTxResult | FinalizeBlockResponse, Uint8Array>();

function writeTxResult(writer: RecordWriter, result: ExecTxResult): void {
  const known = knownBytes.get(result);
  if (known !== undefined) {
    writer.raw(known);
    return;
  }
  writer.uint(result.code).text(result.codespace).bytes(result.data).text(result.log).text(result.info);
  writer.int64(result.gasWanted).int64(result.gasUsed).list(result.events, writeEvent);
}

function readTxResult(reader: RecordReader): ExecTxResult {
  const { value, bytes } = reader.withBytes(readTxResultFields);
  knownBytes.set(value, bytes);
  return value;
}

function readTxResultFields(reader: RecordReader): ExecTxResult {
  return {
    code: reader.uint(),
    codespace: reader.text(),
    data: reader.bytes(),
    log: reader.text(),
    info: reader.text(),
    gasWanted: reader.int64(),
    gasUsed: reader.int64(),
    events: reader.list(readEvent),
  };
}

function writeUpdate(writer: RecordWriter, update: ValidatorUpdate): void {
  writer.bytes(update.publicKey).int64(update.power);
}

function readUpdate(reader: RecordReader): ValidatorUpdate {
  return { publicKey: reader.bytes(), power: reader.int64() };
}

/** About the bytes of a result. */
const RESULT_BYTES = 4096;

/** Bytes of one result. */
export function encodeTxResult(result: ExecTxResult): Uint8Array {
  const writer = new RecordWriter();
  writeTxResult(writer, result);
  return writer.finish();
}

/** Inverse of {@link encodeTxResult}. */
export function decodeTxResult(bytes: Uint8Array): ExecTxResult {
  const reader = new RecordReader(bytes);
  const result = readTxResult(reader);
  reader.end();
  return result;
}

/** Bytes of a FinalizeBlock answer. */
export function encodeResults(response: FinalizeBlockResponse): Uint8Array {
  const known = knownBytes.get(response);
  if (known !== undefined) return known;
  const writer = new RecordWriter((response.txResults.length + 1) * RESULT_BYTES);
  writer.list(response.events, writeEvent).list(response.txResults, writeTxResult);
  return writer.list(response.validatorUpdates, writeUpdate).bytes(response.appHash).finish();
}

/** Inverse of {@link encodeResults}. */
export function decodeResults(bytes: Uint8Array): FinalizeBlockResponse {
  const reader = new RecordReader(bytes);
  const response = {
    events: reader.list(readEvent),
    txResults: reader.list(readTxResult),
    validatorUpdates: reader.list(readUpdate),
    appHash: reader.bytes(),
  };
  reader.end();
  knownBytes.set(response, bytes);
  return response;
}

/** Bytes of a committed transaction. */
export function encodeTxRecord(record: TxRecord): Uint8Array {
  const writer = new RecordWriter(record.tx.length + RESULT_BYTES)
    .bytes(record.hash)
    .int64(record.height)
    .uint(record.index)
    .bytes(record.tx);
  writeTxResult(writer, record.result);
  return writer.finish();
}

/** Inverse of {@link encodeTxRecord}. */
export function decodeTxRecord(bytes: Uint8Array): TxRecord {
  const reader = new RecordReader(bytes);
  const record = {
    hash: reader.bytes(),
    height: reader.int64(),
    index: reader.uint(),
    tx: reader.bytes(),
    result: readTxResult(reader),
  };
  reader.end();
  return record;
}
