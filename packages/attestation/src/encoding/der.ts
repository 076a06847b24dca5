/**
 * Reader of DER, the one encoding of a value that X.690 §10 allows: definite lengths in their shortest form, tags below
 * 31. Whatever else is refused, so that two readers never see two things in the same bytes. Nothing is copied, and
 * nothing recurses: the caller descends by opening a reader on a value.
 *
 * Rule: ITU-T X.690 §8, §10, §11.
 * @module
 */
import { refuse } from "../errors.ts";

/** Identifier octets of what certificates and revocation lists hold. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  printableString: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
  context3: 0xa3,
} as const;

/** One value: its tag, its contents, and the whole with tag and length. */
export interface DerValue {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

/** Values one after the other. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Tag of the next value, or undefined at the end. */
  peek(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** The next value, of this tag. */
  next(tag: number): DerValue {
    const found = this.peek();
    if (found !== tag) refuse("DER_FORMAT", `expected tag ${tag}, found ${found ?? "the end"}`);
    return this.any();
  }

  /** The next value if it has this tag. */
  optional(tag: number): DerValue | undefined {
    return this.peek() === tag ? this.any() : undefined;
  }

  /** A reader of what is inside the next value. */
  open(tag: number): DerReader {
    return new DerReader(this.next(tag).content);
  }

  /** The next value, whatever it is. */
  any(): DerValue {
    const start = this.#at;
    const tag = this.#byte();
    if ((tag & 0x1f) === 0x1f) refuse("DER_FORMAT", "tag of more than one byte");
    const length = this.#length();
    if (length > this.#bytes.length - this.#at) refuse("DER_FORMAT", "value is longer than what holds it");
    const content = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return { tag, content, whole: this.#bytes.subarray(start, this.#at) };
  }

  /** Refuses bytes that are left. */
  end(): void {
    if (!this.isAtEnd) refuse("DER_FORMAT", "bytes after the last value");
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    return byte ?? refuse("DER_FORMAT", "value ends early");
  }

  /** X.690 §10.1: the shortest form. Three bytes are more than any limit of this room. */
  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0 || count > 3) refuse("DER_FORMAT", "length that is indefinite or too long");
    let length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + this.#byte();
    if (length < 0x80 || length < 256 ** (count - 1)) refuse("DER_FORMAT", "length not in its shortest form");
    return length;
  }
}

/** Contents of an INTEGER that is not negative, without the byte that only keeps it so. X.690 §8.3.2 */
export function unsignedInteger({ content }: DerValue): Uint8Array {
  const [first, second] = content;
  if (first === undefined || first >= 0x80) refuse("DER_FORMAT", "integer that is empty or negative");
  if (first === 0 && second !== undefined && second < 0x80) refuse("DER_FORMAT", "integer not in its shortest form");
  return first === 0 && second !== undefined ? content.subarray(1) : content;
}

/** A small INTEGER or ENUMERATED. */
export function smallInteger(value: DerValue, max: number): number {
  const bytes = unsignedInteger(value);
  let number = 0;
  for (const byte of bytes.subarray(0, 7)) number = number * 256 + byte;
  if (bytes.length > 6 || number > max) refuse("DER_FORMAT", `integer above ${max}`);
  return number;
}

/** X.690 §11.1: TRUE is all ones. */
export function boolean({ content }: DerValue): boolean {
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) refuse("DER_FORMAT", "boolean");
  return content[0] === 0xff;
}

/** Bytes of a BIT STRING of whole bytes. */
export function octetsOfBits({ content }: DerValue): Uint8Array {
  if (content[0] !== 0) refuse("DER_FORMAT", "bit string that is not of whole bytes");
  return content.subarray(1);
}

/** A BIT STRING of at most 16 named bits, the first one highest. X.690 §11.2 */
export function namedBits({ content }: DerValue): number {
  const unused = content[0] ?? 8;
  const high = content[1] ?? 0;
  const low = content[2] ?? 0;
  const last = content.length === 2 ? high : low;
  if (content.length < 2 || content.length > 3 || unused > 7) refuse("DER_FORMAT", "bit string of named bits");
  // The last bit is set: zeros behind it are left out.
  if (((last >> unused) & 1) === 0 || (last & ((1 << unused) - 1)) !== 0) refuse("DER_FORMAT", "unused bits");
  return (high << 8) | low;
}
