/**
 * A cursor over protobuf wire data that bounds everything it reads. Groups are refused: none of our messages has one.
 * @module
 */
import { LocalError } from "@enclavenet/common";

/** The error for bytes that are not protobuf. */
export function malformed(reason: string): LocalError {
  return new LocalError("PROTO_DECODE", `malformed protobuf: ${reason}`);
}

const MAX_FIELD_NUMBER = 0x1fffffff;

/** The runtime reads tags as 32-bit numbers. */
const MAX_TAG_BYTES = 5;

/** Reads tags and field contents; every step throws `PROTO_DECODE` instead of running over the end. */
export class WireCursor {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#bytes.length;
  }

  /** A varint of at most 64 bits. `isMinimal` tells whether a shorter form exists. */
  varint(): { readonly value: bigint; readonly isMinimal: boolean } {
    let value = 0n;
    for (let length = 0; length < 10; length++) {
      const byte = this.#bytes[this.#position];
      if (byte === undefined) throw malformed("unexpected end");
      this.#position++;
      value |= BigInt(byte & 0x7f) << BigInt(7 * length);
      if (byte >= 0x80) continue;
      if (value >= 1n << 64n) throw malformed("a number exceeds 64 bits");
      return { value, isMinimal: byte !== 0 || length === 0 };
    }
    throw malformed("a number exceeds 64 bits");
  }

  /** Field number and wire type. Throws `PROTO_LONG_TAG` for a padded tag that only a 64-bit reader could read. */
  tag(): { readonly number: number; readonly wireType: number; readonly isMinimal: boolean } {
    const byte = this.#oneByteVarint();
    if (byte >= 8) return { number: byte >> 3, wireType: byte & 7, isMinimal: true };
    if (byte > 0) throw malformed("field number out of range");
    const start = this.#position;
    const { value, isMinimal } = this.varint();
    if (this.#position - start > MAX_TAG_BYTES) throw new LocalError("PROTO_LONG_TAG", "a tag exceeds five bytes");
    const number = Number(value >> 3n);
    if (number < 1 || number > MAX_FIELD_NUMBER) throw malformed("field number out of range");
    return { number, wireType: Number(value & 7n), isMinimal };
  }

  /** Content of a field: the bytes of wire type 2, otherwise the raw bytes of the number. */
  field(wireType: number): Uint8Array {
    const start = this.#position;
    switch (wireType) {
      case 0:
        this.varint();
        return this.#bytes.subarray(start, this.#position);
      case 1:
        return this.#take(8);
      case 2:
        return this.lengthDelimited().content;
      case 5:
        return this.#take(4);
      default:
        throw malformed("groups are not used");
    }
  }

  /** Content of a length-prefixed field, and whether its length was written in the shortest form. */
  lengthDelimited(): { readonly content: Uint8Array; readonly isMinimal: boolean } {
    const byte = this.#oneByteVarint();
    if (byte > 0) return { content: this.#take(byte), isMinimal: true };
    const { value, isMinimal } = this.varint();
    if (value > BigInt(this.#bytes.length)) throw malformed("unexpected end");
    return { content: this.#take(Number(value)), isMinimal };
  }

  /** Skips the content of a field. */
  skip(wireType: number): void {
    this.field(wireType);
  }

  /** PERF: consumes a varint of one byte that is not zero, without a bigint; 0 leaves the cursor for {@link varint}. */
  #oneByteVarint(): number {
    const byte = this.#bytes[this.#position];
    if (byte === undefined || byte === 0 || byte >= 0x80) return 0;
    this.#position++;
    return byte;
  }

  #take(length: number): Uint8Array {
    const end = this.#position + length;
    if (end > this.#bytes.length) throw malformed("unexpected end");
    const content = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return content;
  }
}
