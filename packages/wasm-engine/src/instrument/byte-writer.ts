/**
 * Growing byte buffer with the LEB128 forms that the rewriter emits.
 * @module
 */

/** Appends bytes; `take` hands them out. */
export class ByteWriter {
  private buffer: Uint8Array;
  length = 0;

  constructor(capacity = 1024) {
    this.buffer = new Uint8Array(capacity);
  }

  private reserve(count: number): void {
    if (this.length + count <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + count));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }

  u8(byte: number): void {
    this.reserve(1);
    this.buffer[this.length++] = byte;
  }

  /** Unsigned LEB128 of a number below 2^32. */
  u32(value: number): void {
    this.reserve(5);
    let rest = value;
    while (rest > 0x7f) {
      this.buffer[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.length++] = rest;
  }

  /** Signed LEB128 of an integer of at most 31 bits, valid as i32 and i64 immediate. */
  signed(value: number): void {
    this.reserve(5);
    let rest = value;
    while (rest > 63 || rest < -64) {
      this.buffer[this.length++] = (rest & 0x7f) | 0x80;
      rest >>= 7;
    }
    this.buffer[this.length++] = rest & 0x7f;
  }

  /** Instruction with an unsigned immediate. */
  op(opcode: number, immediate: number): void {
    this.u8(opcode);
    this.u32(immediate);
  }

  /** Constant instruction. */
  constant(opcode: number, value: number): void {
    this.u8(opcode);
    this.signed(value);
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Copies `source[start, end)`. */
  copy(source: Uint8Array, start: number, end: number): void {
    const count = end - start;
    this.reserve(count);
    if (count < 24) {
      for (let i = start; i < end; i++) this.buffer[this.length++] = source[i] as number;
      return;
    }
    this.buffer.set(source.subarray(start, end), this.length);
    this.length += count;
  }

  name(text: string): void {
    const encoded = new TextEncoder().encode(text);
    this.u32(encoded.length);
    this.bytes(encoded);
  }

  /** The bytes so far; valid until the next write. */
  view(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  /** Forgets the content and keeps the storage. */
  clear(): void {
    this.length = 0;
  }
}
