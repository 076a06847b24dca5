/**
 * Keys of the engine's database. One byte names the table; numbers are big-endian, so that key order is height order.
 * Numbers of retired tables are never used again.
 * @module
 */
import { be32, be64, concatBytes, utf8ToBytes } from "@enclavenet/common";
import { sha256 } from "../base/sha256.ts";

/** Tables: key → value. */
export const TABLE = {
  /** () → engine state */
  state: 1,
  /** () → base and height of the block store */
  blockRange: 2,
  /** height → block id, size, number of transactions, block protobuf */
  block: 3,
  /** block hash → height */
  heightByHash: 4,
  /** height → seen commit protobuf */
  seenCommit: 5,
  /** height → FinalizeBlock answer */
  results: 6,
  /** height → validator set that signs it */
  validators: 7,
  /** transaction hash → transaction with result */
  tx: 8,
  /** height, index → transaction hash */
  txPosition: 9,
  /** composite key, value, height, index, event → value when the key holds only its hash */
  txEvents: 10,
  /** composite key, value, height, 0, event → as above */
  blockEvents: 11,
  /** () → how this node's outcome differs from the one that the validators signed */
  divergence: 12,
} as const;

/** Name of a table. */
export type Table = keyof typeof TABLE;

/** Longest text that a key holds in full; LMDB limits a key to 1978 bytes. */
const MAX_TEXT_LENGTH = 200;
const HASHED = 255;
const POSITION_LENGTH = 16;

/** First byte of a table's keys, alone. */
export function tableKey(table: Table): Uint8Array {
  return Uint8Array.of(TABLE[table]);
}

/** Key of a height. */
export function heightKey(table: Table, height: bigint): Uint8Array {
  return concatBytes(tableKey(table), be64(height));
}

/** Key of a 32-byte hash. */
export function hashKey(table: Table, hash: Uint8Array): Uint8Array {
  return concatBytes(tableKey(table), hash);
}

/** Key of a transaction's position. */
export function positionKey(height: bigint, index: number): Uint8Array {
  return concatBytes(tableKey("txPosition"), be64(height), be32(index));
}

function textPart(bytes: Uint8Array): Uint8Array {
  if (bytes.length > MAX_TEXT_LENGTH) return concatBytes(Uint8Array.of(HASHED), sha256(bytes));
  return concatBytes(Uint8Array.of(bytes.length), bytes);
}

/** Where an indexed event is: transaction (index 0 for block events) and number of the event in it. */
export interface EventPosition {
  readonly height: bigint;
  readonly index: number;
  readonly event: number;
}

/** Common start of all entries of a composite key, or of one value of it. */
export function eventPrefix(table: "txEvents" | "blockEvents", key: string, value?: string): Uint8Array {
  const parts = [tableKey(table), textPart(utf8ToBytes(key))];
  if (value !== undefined) parts.push(textPart(utf8ToBytes(value)));
  return concatBytes(...parts);
}

/** Key of one indexed attribute, behind the prefix of its composite key. `value` is the attribute's in UTF-8. */
export function eventKey(prefix: Uint8Array, value: Uint8Array, position: EventPosition): Uint8Array {
  const text = isHashedValue(value) ? sha256(value) : value;
  const key = new Uint8Array(prefix.length + 1 + text.length + POSITION_LENGTH);
  key.set(prefix);
  key[prefix.length] = text === value ? value.length : HASHED;
  key.set(text, prefix.length + 1);
  const view = new DataView(key.buffer, key.length - POSITION_LENGTH);
  view.setBigUint64(0, position.height);
  view.setUint32(8, position.index);
  view.setUint32(12, position.event);
  return key;
}

/** Whether a value, in UTF-8, is too long to be read back from its key. */
export function isHashedValue(value: Uint8Array): boolean {
  return value.length > MAX_TEXT_LENGTH;
}

/** Position that ends an event key. */
export function positionOfEventKey(key: Uint8Array): EventPosition {
  const view = new DataView(key.buffer, key.byteOffset + key.length - POSITION_LENGTH, POSITION_LENGTH);
  return { height: view.getBigUint64(0), index: view.getUint32(8), event: view.getUint32(12) };
}

/** UTF-8 of the value in an event key that starts with `prefix`, or undefined when the key holds its hash. */
export function valueOfEventKey(key: Uint8Array, prefix: Uint8Array): Uint8Array | undefined {
  if (key[prefix.length] === HASHED) return undefined;
  return key.subarray(prefix.length + 1, key.length - POSITION_LENGTH);
}

/** Smallest key that is greater than every key that starts with `prefix`. Table numbers are far below 255. */
export function prefixEnd(prefix: Uint8Array): Uint8Array {
  const end = Uint8Array.from(prefix);
  for (let i = end.length - 1; i >= 0; i--) {
    const byte = end[i] as number;
    if (byte < 255) {
      end[i] = byte + 1;
      return end.subarray(0, i + 1);
    }
  }
  return end;
}
