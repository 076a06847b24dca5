/**
 * Binary codec of the enclave boundary: a schema is a value, its TypeScript type is inferred from it, and one generic
 * encoder and decoder serve every message. One value has exactly one encoding; trailing bytes are an error.
 *
 * Trust: the enclave decodes bytes of an adversary with this file. Every length is checked against what is left before
 * anything is allocated.
 * @module
 */
import { bytesToUtf8, utf8ToBytes } from "@enclavenet/common";
import { FrameError } from "./errors.ts";

/** Reads fixed-width little-endian values from a byte string and never past its end. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    // check: codec-view
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  #advance(length: number): number {
    // check: codec-length
    if (length > this.remaining) throw new FrameError("value runs past the end of the frame");
    const at = this.#offset;
    this.#offset += length;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true);
  }

  /** A copy of the next `length` bytes. */
  take(length: number): Uint8Array {
    const at = this.#advance(length);
    return this.#bytes.slice(at, at + length);
  }

  /** Throws {@link FrameError} when bytes are left. */
  finish(): void {
    // check: codec-end
    if (this.remaining !== 0) throw new FrameError("trailing bytes after the last value");
  }
}

/** Grows a byte string by fixed-width little-endian values. */
export class Writer {
  #bytes = new Uint8Array(2048);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  #reserve(extra: number): number {
    const needed = this.#length + extra;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    const at = this.#length;
    this.#length = needed;
    return at;
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#view.setUint8(at, value);
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }

  u64(value: bigint): void {
    const at = this.#reserve(8);
    this.#view.setBigUint64(at, value, true);
  }

  raw(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** A value's binary form. */
export interface Schema<T> {
  write(writer: Writer, value: T): void;
  read(reader: Reader): T;
}

/** The TypeScript type that a schema describes. */
export type Infer<S> = S extends Schema<infer T> ? T : never;

export const u8: Schema<number> = {
  write: (w, value) => w.u8(checkUnsigned(value, 0xff)),
  read: (r) => r.u8(),
};

export const u32: Schema<number> = {
  write: (w, value) => w.u32(checkUnsigned(value, 0xffff_ffff)),
  read: (r) => r.u32(),
};

export const u64: Schema<bigint> = {
  write: (w, value) => {
    if (value < 0n || value > 0xffff_ffff_ffff_ffffn) throw new FrameError("integer out of range");
    w.u64(value);
  },
  read: (r) => r.u64(),
};

function checkUnsigned(value: number, max: number): number {
  if (!Number.isInteger(value) || value < 0 || value > max) throw new FrameError("integer out of range");
  return value;
}

export const bool: Schema<boolean> = {
  write: (w, value) => w.u8(value ? 1 : 0),
  read: (r) => {
    const value = r.u8();
    // check: codec-boolean
    if (value > 1) throw new FrameError("boolean is neither 0 nor 1");
    return value === 1;
  },
};

export const bytes: Schema<Uint8Array> = {
  write: (w, value) => {
    w.u32(value.length);
    w.raw(value);
  },
  read: (r) => r.take(r.u32()),
};

/** Bytes of one fixed length, for keys and hashes. */
export function fixedBytes(length: number): Schema<Uint8Array> {
  return {
    write: (w, value) => {
      if (value.length !== length) throw new FrameError(`expected ${length} bytes`);
      w.raw(value);
    },
    read: (r) => r.take(length),
  };
}

export const text: Schema<string> = {
  write: (w, value) => bytes.write(w, utf8ToBytes(value)),
  read: (r) => {
    const raw = bytes.read(r);
    try {
      return bytesToUtf8(raw);
    } catch {
      throw new FrameError("text is not UTF-8");
    }
  },
};

export function option<T>(inner: Schema<T>): Schema<T | undefined> {
  return {
    write: (w, value) => {
      w.u8(value === undefined ? 0 : 1);
      if (value !== undefined) inner.write(w, value);
    },
    read: (r) => (bool.read(r) ? inner.read(r) : undefined),
  };
}

/**
 * Most elements of a list: a full block of small transactions fits. SECURITY: an element of four bytes costs some hundred of
 * memory, so a frame of empty ones would ask for gigabytes.
 */
export const MAX_LIST_ITEMS = 1_000_000;

/** A list; its count may not exceed the bytes that are left, since every element takes at least one. */
export function list<T>(inner: Schema<T>): Schema<readonly T[]> {
  return {
    write: (w, values) => {
      if (values.length > MAX_LIST_ITEMS) throw new FrameError("list is too long");
      w.u32(values.length);
      for (const value of values) inner.write(w, value);
    },
    read: (r) => {
      const count = r.u32();
      if (count > r.remaining) throw new FrameError("list is longer than its frame");
      if (count > MAX_LIST_ITEMS) throw new FrameError("list is too long");
      return Array.from({ length: count }, () => inner.read(r));
    },
  };
}

type StructOf<F> = { readonly [K in keyof F]: F[K] extends Schema<infer T> ? T : never };

/** Named fields, written in the order of the declaration. */
export function struct<F extends Record<string, Schema<never>> | Record<string, Schema<unknown>>>(
  fields: F,
): Schema<StructOf<F>> {
  const entries = Object.entries(fields) as [string, Schema<unknown>][];
  return {
    write: (w, value) => {
      for (const [name, schema] of entries) schema.write(w, (value as Record<string, unknown>)[name]);
    },
    read: (r) => {
      const out: Record<string, unknown> = {};
      for (const [name, schema] of entries) out[name] = schema.read(r);
      return out as StructOf<F>;
    },
  };
}

/** The complete encoding of one value. */
export function encode<T>(schema: Schema<T>, value: T): Uint8Array {
  const writer = new Writer();
  schema.write(writer, value);
  return writer.finish();
}

/** Decodes exactly one value. Throws {@link FrameError} on anything malformed or left over. */
export function decode<T>(schema: Schema<T>, encoded: Uint8Array): T {
  const reader = new Reader(encoded);
  const value = schema.read(reader);
  reader.finish();
  return value;
}
