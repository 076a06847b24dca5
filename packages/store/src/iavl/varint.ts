/**
 * Variable-length integers of the tree's hashes and records: LEB128, and zigzag of non-negative numbers. Numbers go up
 * to 2^53 - 1.
 * @module
 */
import { BytesFormatError, bytesToUtf8, LocalError } from "@enclavenet/common";

/** Weight of the eighth byte, with which a number of 53 bits ends. */
const MAX_SCALE = 2 ** 49;

/** Writes `value` at `offset`; returns the offset after it. */
export function putUvarint(out: Uint8Array, offset: number, value: number): number {
  let at = offset;
  let rest = value;
  while (rest >= 0x80) {
    out[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  out[at++] = rest;
  return at;
}

/** Writes the zigzag form of a non-negative number below 2^52. */
export function putZigzag(out: Uint8Array, offset: number, value: number): number {
  return putUvarint(out, offset, value * 2);
}

/** Reads records; fails with `STORE_CORRUPT` past their end. */
export class RecordReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw corruptRecord("it ends early");
    return value;
  }

  uvarint(): number {
    let value = 0;
    // A longer one would reach infinity times zero, which is no number.
    for (let scale = 1; scale <= MAX_SCALE; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) break;
      if (byte < 0x80) return value;
    }
    throw corruptRecord("an integer is too large");
  }

  /** A length-prefixed UTF-8 text. */
  text(): string {
    try {
      return bytesToUtf8(this.take(this.uvarint()));
    } catch (error) {
      if (error instanceof BytesFormatError) throw corruptRecord("a text is not UTF-8");
      throw error;
    }
  }

  /** A view of the next bytes. */
  take(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.bytes.length) throw corruptRecord("it ends early");
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }

  rest(): Uint8Array {
    return this.take(this.bytes.length - this.at);
  }
}

/** The error of a record that this package did not write. */
export function corruptRecord(why: string): LocalError {
  return new LocalError("STORE_CORRUPT", `a record of the store is malformed: ${why}`, {
    fix: "restore the database from a copy, or synchronise again",
  });
}
