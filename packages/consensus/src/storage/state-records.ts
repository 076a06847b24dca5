/**
 * Records of what the chain is: validator sets, the engine state, stored blocks.
 * @module
 */
import { LocalError, NANOS_PER_SECOND } from "@enclavenet/common";
import type { BlockId, Validator, ValidatorSet } from "../base/block-types.ts";
import type { EngineState } from "../state/engine-state.ts";
import { RecordReader, RecordWriter } from "./record-codec.ts";

function writeValidator(writer: RecordWriter, validator: Validator): void {
  writer.bytes(validator.address).bytes(validator.publicKey).int64(validator.power).int64(validator.proposerPriority);
}

function readValidator(reader: RecordReader): Validator {
  return {
    address: reader.bytes(),
    publicKey: reader.bytes(),
    power: reader.int64(),
    proposerPriority: reader.int64(),
  };
}

/** Bytes of a validator set. */
export function encodeValidatorSet(set: ValidatorSet): Uint8Array {
  return new RecordWriter().list(set.validators, writeValidator).bytes(set.proposerAddress).finish();
}

/** Inverse of {@link encodeValidatorSet}. */
export function decodeValidatorSet(bytes: Uint8Array): ValidatorSet {
  const reader = new RecordReader(bytes);
  const set = { validators: reader.list(readValidator), proposerAddress: reader.bytes() };
  reader.end();
  return set;
}

function writeBlockId(writer: RecordWriter, id: BlockId): void {
  writer.bytes(id.hash).uint(id.partsTotal).bytes(id.partsHash);
}

function readBlockId(reader: RecordReader): BlockId {
  return { hash: reader.bytes(), partsTotal: reader.uint(), partsHash: reader.bytes() };
}

function writeSet(writer: RecordWriter, set: ValidatorSet): void {
  writer.bytes(encodeValidatorSet(set));
}

function readSet(reader: RecordReader): ValidatorSet {
  return decodeValidatorSet(reader.bytes());
}

/** Layout of the whole database; another number is another program's data. */
const FORMAT = 1;

/** Bytes of the engine state. */
export function encodeState(state: EngineState): Uint8Array {
  const writer = new RecordWriter().uint(FORMAT).text(state.chainId).bytes(state.genesisHash);
  writer.int64(state.initialHeight).int64(state.versionApp).int64(state.height);
  writeBlockId(writer, state.blockId);
  // Go's zero time and year 9999 lie beyond 64 bits of nanoseconds: two fields.
  writer.int64(state.blockTimeNs / NANOS_PER_SECOND).int64(state.blockTimeNs % NANOS_PER_SECOND);
  for (const set of [state.lastValidators, state.validators, state.nextValidators]) writeSet(writer, set);
  writer.int64(state.params.blockMaxBytes).int64(state.params.blockMaxGas);
  return writer.bytes(state.appHash).bytes(state.lastResultsHash).finish();
}

/** Inverse of {@link encodeState}. Throws LocalError `CHAIN_DATA_FORMAT` for the data of another program. */
export function decodeState(bytes: Uint8Array): EngineState {
  const reader = new RecordReader(bytes);
  const format = reader.uint();
  if (format !== FORMAT) {
    throw new LocalError("CHAIN_DATA_FORMAT", `the block database has format ${format}, this program reads ${FORMAT}`, {
      fix: "use the program that wrote it, or start with a new --home",
    });
  }
  const state: EngineState = {
    chainId: reader.text(),
    genesisHash: reader.bytes(),
    initialHeight: reader.int64(),
    versionApp: reader.int64(),
    height: reader.int64(),
    blockId: readBlockId(reader),
    blockTimeNs: reader.int64() * NANOS_PER_SECOND + reader.int64(),
    lastValidators: readSet(reader),
    validators: readSet(reader),
    nextValidators: readSet(reader),
    params: { blockMaxBytes: reader.int64(), blockMaxGas: reader.int64() },
    appHash: reader.bytes(),
    lastResultsHash: reader.bytes(),
  };
  reader.end();
  return state;
}

/** A block as stored: its id and protobuf. */
export interface StoredBlock {
  readonly blockId: BlockId;
  readonly numTxs: number;
  readonly bytes: Uint8Array;
}

/** Bytes of a stored block. */
export function encodeStoredBlock(stored: StoredBlock): Uint8Array {
  const writer = new RecordWriter();
  writeBlockId(writer, stored.blockId);
  return writer.uint(stored.numTxs).bytes(stored.bytes).finish();
}

/** Inverse of {@link encodeStoredBlock}. */
export function decodeStoredBlock(bytes: Uint8Array): StoredBlock {
  const reader = new RecordReader(bytes);
  const stored = { blockId: readBlockId(reader), numTxs: reader.uint(), bytes: reader.bytes() };
  reader.end();
  return stored;
}
