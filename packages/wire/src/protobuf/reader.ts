/**
 * Reader of protobuf wire data. Nothing is allocated before its length is known to be there; groups are refused.
 * @module
 */
import { bytesToUtf8 } from "@enclavenet/common";
import { WireError } from "../errors.ts";

const MAX_FIELD_NUMBER = 0x1fff_ffff;

/** Field number and wire type in front of a field. */
export interface Tag {
  readonly number: number;
  readonly wireType: number;
}

export class ProtoReader {
  readonly #bytes: Uint8Array;
  #offset = 0;
  /** Whether every varint so far was in its shortest form. */
  minimal = true;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  /** A varint below 2^64. */
  varint(): bigint {
    let value = 0n;
    for (let length = 0; length < 10; length++) {
      const byte = this.#bytes[this.#offset];
      if (byte === undefined) throw new WireError("unexpected end of data");
      this.#offset++;
      value |= BigInt(byte & 0x7f) << BigInt(7 * length);
      if (byte < 0x80) {
        if (value >= 1n << 64n) break;
        if (byte === 0 && length > 0) this.minimal = false;
        return value;
      }
    }
    throw new WireError("a number exceeds 64 bits");
  }

  tag(): Tag {
    const value = this.varint();
    const number = value >> 3n;
    if (number < 1n || number > BigInt(MAX_FIELD_NUMBER)) throw new WireError("field number is out of range");
    return { number: Number(number), wireType: Number(value & 7n) };
  }

  /** Content of a length-prefixed field, as a view. */
  lengthDelimited(): Uint8Array {
    const length = this.varint();
    if (length > BigInt(this.#bytes.length - this.#offset)) throw new WireError("unexpected end of data");
    const start = this.#offset;
    this.#offset += Number(length);
    return this.#bytes.subarray(start, this.#offset);
  }

  fixed64(): bigint {
    const start = this.#take(8);
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + start, 8).getBigUint64(0, true);
  }

  /** Passes over a field's content. */
  skip(wireType: number): void {
    if (wireType === 0) this.varint();
    else if (wireType === 1) this.#take(8);
    else if (wireType === 2) this.lengthDelimited();
    else if (wireType === 5) this.#take(4);
    else throw new WireError("groups are not used");
  }

  #take(length: number): number {
    if (length > this.#bytes.length - this.#offset) throw new WireError("unexpected end of data");
    const start = this.#offset;
    this.#offset += length;
    return start;
  }
}

/** UTF-8 text. Throws {@link WireError}. */
export function readText(bytes: Uint8Array): string {
  try {
    return bytesToUtf8(bytes);
  } catch {
    throw new WireError("text is not UTF-8");
  }
}
