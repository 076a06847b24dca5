/**
 * Codec of this engine's own database records: unsigned varints, length-prefixed bytes and text, lists.
 * Internal to the database and versioned by its format number; nothing here is hashed or sent.
 * @module
 */
import { byteName, bytesToUtf8, LocalError, utf8ToBytes } from "@enclavenet/common";

/** A record that cannot be read: the database is damaged or of another version. */
export function corruptRecord(what: string): LocalError {
  return new LocalError("CHAIN_DATA_CORRUPT", `chain data cannot be read: ${what}`, {
    fix: "restore the node's home from a backup, or reset the chain",
  });
}

const INITIAL_CAPACITY = 256;

/** Appends fields to a growing buffer. */
export class RecordWriter {
  #buffer: Uint8Array;
  #view: DataView;
  #length = 0;

  /** PERF: a writer that begins with about the bytes that it will hold does not copy them while it grows. */
  constructor(capacity = INITIAL_CAPACITY) {
    this.#buffer = new Uint8Array(capacity);
    this.#view = new DataView(this.#buffer.buffer);
  }

  /** Unsigned integer below 2^53. */
  uint(value: number): this {
    this.#reserve(8);
    let rest = value;
    while (rest >= 128) {
      this.#buffer[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#length++] = rest;
    return this;
  }

  /** Signed integer of 64 bits. */
  int64(value: bigint): this {
    this.#reserve(8);
    this.#view.setBigInt64(this.#length, value);
    this.#length += 8;
    return this;
  }

  bool(value: boolean): this {
    return this.uint(value ? 1 : 0);
  }

  bytes(value: Uint8Array): this {
    return this.uint(value.length).raw(value);
  }

  /** PERF: most texts are short and ASCII; a general encoder costs more than they do. */
  text(value: string): this {
    const start = this.#length;
    this.uint(value.length);
    this.#reserve(value.length);
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 128) {
        this.#length = start;
        return this.bytes(utf8ToBytes(value));
      }
      this.#buffer[this.#length + i] = code;
    }
    this.#length += value.length;
    return this;
  }

  /** Bytes that are fields already. */
  raw(value: Uint8Array): this {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  list<T>(items: readonly T[], write: (writer: this, item: T) => void): this {
    this.uint(items.length);
    for (const item of items) write(this, item);
    return this;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  #reserve(extra: number): void {
    const needed = this.#length + extra;
    if (needed <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
    this.#view = new DataView(grown.buffer);
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if ((bytes[i] as number) >= 128) return false;
  return true;
}

/** Reads fields in the order in which they were written. Throws LocalError `CHAIN_DATA_CORRUPT`. */
export class RecordReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  uint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      const byte = this.#bytes[this.#offset++];
      if (byte === undefined) throw corruptRecord("record ends early");
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw corruptRecord("integer too long");
  }

  int64(): bigint {
    const part = this.#take(8);
    return new DataView(part.buffer, part.byteOffset, 8).getBigInt64(0);
  }

  bool(): boolean {
    return this.uint() === 1;
  }

  /** A copy, so that it outlives the database's buffer. */
  bytes(): Uint8Array {
    return this.#take(this.uint()).slice();
  }

  /** PERF: as in {@link RecordWriter.text}. */
  text(): string {
    const part = this.#take(this.uint());
    if (isAscii(part)) return byteName(part);
    try {
      return bytesToUtf8(part);
    } catch {
      throw corruptRecord("text is not UTF-8");
    }
  }

  /** What `read` reads, with the bytes that it read. */
  withBytes<T>(read: (reader: this) => T): { readonly value: T; readonly bytes: Uint8Array } {
    const start = this.#offset;
    const value = read(this);
    return { value, bytes: this.#bytes.subarray(start, this.#offset) };
  }

  list<T>(read: (reader: this) => T): T[] {
    const count = this.uint();
    // Every item takes at least one byte: a count beyond that is damage, not a reason to allocate.
    if (count > this.#bytes.length - this.#offset) throw corruptRecord("list too long");
    return Array.from({ length: count }, () => read(this));
  }

  /** Refuses bytes after the last field. */
  end(): void {
    if (this.#offset !== this.#bytes.length) throw corruptRecord("trailing bytes");
  }

  #take(length: number): Uint8Array {
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw corruptRecord("record ends early");
    const part = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return part;
  }
}
