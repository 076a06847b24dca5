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

const encodedResults = new WeakMap<ExecTxResult, Uint8Array>();

/** PERF: a result is stored with its block and with its transaction; it is encoded once. */
function writeTxResult(writer: RecordWriter, result: ExecTxResult): void {
  let encoded = encodedResults.get(result);
  if (encoded === undefined) {
    encoded = encodeTxResult(result);
    encodedResults.set(result, encoded);
  }
  writer.raw(encoded);
}

function encodeTxResult(result: ExecTxResult): Uint8Array {
  const writer = new RecordWriter();
  writer.uint(result.code).text(result.codespace).bytes(result.data).text(result.log).text(result.info);
  writer.int64(result.gasWanted).int64(result.gasUsed).list(result.events, writeEvent);
  return writer.finish();
}

function readTxResult(reader: RecordReader): ExecTxResult {
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

/** Bytes of a FinalizeBlock answer. */
export function encodeResults(response: FinalizeBlockResponse): Uint8Array {
  const writer = new RecordWriter();
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
  return response;
}

/** Bytes of a committed transaction. */
export function encodeTxRecord(record: TxRecord): Uint8Array {
  const writer = new RecordWriter().bytes(record.hash).int64(record.height).uint(record.index).bytes(record.tx);
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
