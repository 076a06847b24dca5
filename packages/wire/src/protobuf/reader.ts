/**
 * Reader of protobuf wire data. Nothing is allocated before its length is known to be there; groups are refused.
 *
 * Spec: 04 §6.1. Varints of at most 64 bits; a tenth byte above 1 is refused, as Go does.
 * @module
 */
import { bytesToUtf8 } from "@enclavenet/common";
import { WireError } from "../errors.ts";

const MAX_FIELD_NUMBER = 0x1fff_ffff;

/** A longer tag is padded, and other readers of protobuf take tags as 32-bit numbers. */
const MAX_TAG_BYTES = 5;

const MAX_VARINT_BYTES = 10;

/** Numbers of up to this many varint bytes are exact in a double. */
const EXACT_VARINT_BYTES = 7;

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

  /** Number of bytes not yet read. */
  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** A varint below 2^64. */
  varint(): bigint {
    const start = this.#offset;
    const end = this.#passVarint();
    if (end - start <= EXACT_VARINT_BYTES) return BigInt(this.#numberAt(start, end));
    let value = 0n;
    for (let at = end - 1; at >= start; at--) value = (value << 7n) | BigInt((this.#bytes[at] as number) & 0x7f);
    return value;
  }

  tag(): Tag {
    const start = this.#offset;
    const value = this.#smallVarint();
    if (this.#offset - start > MAX_TAG_BYTES) throw new WireError("a tag is too long");
    const number = Math.floor(value / 8);
    if (number < 1 || number > MAX_FIELD_NUMBER) throw new WireError("field number is out of range");
    return { number, wireType: value % 8 };
  }

  /** Content of a length-prefixed field, as a view. */
  lengthDelimited(): Uint8Array {
    const length = this.#smallVarint();
    const start = this.#take(length);
    return this.#bytes.subarray(start, this.#offset);
  }

  /** Passes over a field's content. */
  skip(wireType: number): void {
    if (wireType === 0) this.#passVarint();
    else if (wireType === 1) this.#take(8);
    else if (wireType === 2) this.lengthDelimited();
    else if (wireType === 5) this.#take(4);
    else throw new WireError("groups are not used");
  }

  /** A varint as a number; one that is not exact is larger than any tag or length, and is refused as that. */
  #smallVarint(): number {
    const start = this.#offset;
    return this.#numberAt(start, this.#passVarint());
  }

  #numberAt(start: number, end: number): number {
    let value = 0;
    for (let at = end - 1; at >= start; at--) value = value * 128 + ((this.#bytes[at] as number) & 0x7f);
    return value;
  }

  /** Offset after the varint. */
  #passVarint(): number {
    const bytes = this.#bytes;
    for (let length = 1; length <= MAX_VARINT_BYTES; length++) {
      const byte = bytes[this.#offset];
      if (byte === undefined) throw new WireError("unexpected end of data");
      this.#offset++;
      if (byte >= 0x80) continue;
      if (length === MAX_VARINT_BYTES && byte > 1) break;
      if (byte === 0 && length > 1) this.minimal = false;
      return this.#offset;
    }
    throw new WireError("a number exceeds 64 bits");
  }

  #take(length: number): number {
    if (length > this.remaining) throw new WireError("unexpected end of data");
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
