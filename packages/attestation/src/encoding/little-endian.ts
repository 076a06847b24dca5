/**
 * Reader of the fixed structures of a quote: little endian, no padding.
 *
 * Spec: 01 §4.2.
 * @module
 */
import { refuse } from "../errors.ts";

export class LittleEndianReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#at;
  }

  /** The next bytes, not copied. */
  take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) refuse("QUOTE_FORMAT", "the quote ends early");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  u16(): number {
    const [low = 0, high = 0] = this.take(2);
    return low | (high << 8);
  }

  u32(): number {
    const low = this.u16();
    return low + this.u16() * 0x10000;
  }

  /** What has not been read. */
  rest(): Uint8Array {
    return this.take(this.#bytes.length - this.#at);
  }

  /** Refuses bytes that are left. */
  end(what: string): void {
    if (this.#at !== this.#bytes.length) refuse("QUOTE_FORMAT", `bytes after the end of ${what}`);
  }
}
