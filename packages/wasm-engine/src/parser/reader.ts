/**
 * Bounded reader over wasm bytes: every read checks the end, integers are LEB128 in at most ceil(bits / 7) bytes with
 * clean unused bits, names are valid UTF-8 (WebAssembly core specification 1.0 §5.2).
 * @module
 */
import { WasmFormatError } from "../errors.ts";
import { MAX_NAME_BYTES } from "./limits.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads `bytes` from `position` up to `end`. */
export class ByteReader {
  readonly bytes: Uint8Array;
  position: number;
  readonly end: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  /** Error at the current position. */
  error(message: string): WasmFormatError {
    return new WasmFormatError(message, this.position);
  }

  /** One byte. */
  u8(): number {
    if (this.position >= this.end) throw this.error("unexpected end");
    return this.bytes[this.position++] as number;
  }

  /** Unsigned 32-bit LEB128. */
  u32(): number {
    const first = this.u8();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    const last = this.u8();
    if (last > 0x0f) throw this.error("integer does not fit 32 bits");
    return (value | (last << 28)) >>> 0;
  }

  /** Signed 32-bit LEB128. */
  s32(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value << (25 - shift)) >> (25 - shift);
    }
    const last = this.u8();
    const unused = last & 0xf8;
    if (unused !== 0 && unused !== 0x78) throw this.error("integer does not fit 32 bits");
    if ((unused === 0x78) !== ((last & 0x08) !== 0)) throw this.error("integer does not fit 32 bits");
    return value | (last << 28);
  }

  /** Skips a signed 64-bit LEB128: its value is of no interest to this engine. */
  skipS64(): void {
    for (let i = 0; i < 9; i++) if (this.u8() < 0x80) return;
    const last = this.u8();
    if (last !== 0 && last !== 0x7f) throw this.error("integer does not fit 64 bits");
  }

  /** Skips `count` bytes. */
  skip(count: number): void {
    if (count > this.end - this.position) throw this.error("unexpected end");
    this.position += count;
  }

  /** A vector's length; every element takes at least `elementBytes`, so the count is bounded by what is left. */
  count(max: number, elementBytes: number, what: string): number {
    const count = this.u32();
    if (count > max) throw this.error(`too many ${what}`);
    if (count * elementBytes > this.end - this.position) throw this.error(`more ${what} than bytes`);
    return count;
  }

  /** A UTF-8 name. */
  name(): string {
    const length = this.u32();
    if (length > MAX_NAME_BYTES) throw this.error("name is too long");
    const start = this.position;
    this.skip(length);
    try {
      return utf8.decode(this.bytes.subarray(start, this.position));
    } catch {
      throw this.error("name is not UTF-8");
    }
  }

  /** Demands that everything was read. */
  finish(what: string): void {
    if (this.position !== this.end) throw this.error(`${what} has trailing bytes`);
  }
}
