/**
 * Byte helpers shared by every room: hex, base64, concatenation, comparison, fixed-width integers.
 *
 * This file also runs in browsers: Node's own functions are used where they are, and nothing depends on them.
 * @module
 */
import { BytesFormatError } from "./errors.ts";

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));

const asciiDecoder = new TextDecoder("latin1");

/** Makes text of a part of any Uint8Array. */
type NativeText = (this: Uint8Array, start: number, end: number) => string;

/** Node's functions, which read the bytes where they are; undefined elsewhere. */
const native: { readonly hexSlice?: NativeText; readonly latin1Slice?: NativeText } =
  (globalThis as { Buffer?: { prototype: object } }).Buffer?.prototype ?? {};

/**
 * The bytes as text with one character per byte: a key of Maps, ordered as the bytes are. Not for people.
 *
 * PERF: on Node several times as fast as building the text here or making a Buffer of the bytes, which moves a short array
 * out of the heap.
 */
export function byteName(bytes: Uint8Array): string {
  if (native.latin1Slice !== undefined) return native.latin1Slice.call(bytes, 0, bytes.length);
  let out = "";
  for (const byte of bytes) out += String.fromCharCode(byte);
  return out;
}

/** Lower-case hexadecimal text of `bytes`. PERF: as {@link byteName}. */
export function toHex(bytes: Uint8Array): string {
  if (native.hexSlice !== undefined) return native.hexSlice.call(bytes, 0, bytes.length);
  if (bytes.length > LONG) return longHex(bytes);
  let out = "";
  for (const byte of bytes) out += HEX[byte];
  return out;
}

/** PERF: beyond this length a text that grows digit by digit takes hundreds of bytes of memory per byte. */
const LONG = 256;

function longHex(bytes: Uint8Array): string {
  const digit = (value: number): number => (value < 10 ? 48 + value : 87 + value);
  const out = new Uint8Array(2 * bytes.length);
  let at = 0;
  for (const byte of bytes) {
    out[at++] = digit(byte >> 4);
    out[at++] = digit(byte & 15);
  }
  return asciiDecoder.decode(out);
}

/** Upper-case hexadecimal text, as CometBFT prints hashes and addresses. */
export function toUpperHex(bytes: Uint8Array): string {
  return toHex(bytes).toUpperCase();
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  if (code >= 97 && code <= 102) return code - 87;
  if (code >= 65 && code <= 70) return code - 55;
  throw new BytesFormatError("invalid hexadecimal digit");
}

/** Bytes of hexadecimal text of either case. Throws {@link BytesFormatError} on odd length or a bad digit. */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0) throw new BytesFormatError("hexadecimal text of odd length");
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) {
    out[i] = (hexDigit(text.charCodeAt(2 * i)) << 4) | hexDigit(text.charCodeAt(2 * i + 1));
  }
  return out;
}

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_CODES = Uint8Array.from(BASE64, (c) => c.charCodeAt(0));
const BASE64_VALUES = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++) BASE64_VALUES[BASE64.charCodeAt(i)] = i;

/** Standard padded base64 (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  const out = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let o = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i] as number;
    const b = bytes[i + 1];
    const c = bytes[i + 2];
    out[o++] = BASE64_CODES[a >> 2] as number;
    out[o++] = BASE64_CODES[((a & 3) << 4) | ((b ?? 0) >> 4)] as number;
    out[o++] = b === undefined ? 61 : (BASE64_CODES[((b & 15) << 2) | ((c ?? 0) >> 6)] as number);
    out[o++] = c === undefined ? 61 : (BASE64_CODES[c & 63] as number);
  }
  return asciiDecoder.decode(out);
}

function base64Digit(code: number): number {
  const value = code < 128 ? (BASE64_VALUES[code] as number) : -1;
  if (value < 0) throw new BytesFormatError("invalid base64 character");
  return value;
}

/**
 * Bytes of standard padded base64. Strict: padding is required and unused bits must be zero, so that one value has
 * one text. Throws {@link BytesFormatError}.
 */
export function fromBase64(text: string): Uint8Array {
  if (text.length % 4 !== 0) throw new BytesFormatError("base64 length is not a multiple of four");
  if (text.length === 0) return new Uint8Array(0);
  const pad = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const out = new Uint8Array((text.length / 4) * 3 - pad);
  let o = 0;
  for (let i = 0; i < text.length; i += 4) {
    const last = i + 4 === text.length;
    const a = base64Digit(text.charCodeAt(i));
    const b = base64Digit(text.charCodeAt(i + 1));
    const c = last && pad === 2 ? 0 : base64Digit(text.charCodeAt(i + 2));
    const d = last && pad > 0 ? 0 : base64Digit(text.charCodeAt(i + 3));
    if (last && ((pad === 2 && (b & 15) !== 0) || (pad === 1 && (c & 3) !== 0))) {
      throw new BytesFormatError("base64 padding bits are not zero");
    }
    out[o++] = (a << 2) | (b >> 4);
    if (o < out.length) out[o++] = ((b & 15) << 4) | (c >> 2);
    if (o < out.length) out[o++] = ((c & 3) << 6) | d;
  }
  return out;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** UTF-8 bytes of text. Lone surrogates become U+FFFD, as in every TextEncoder. */
export function utf8ToBytes(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Text of UTF-8 bytes. Throws {@link BytesFormatError} on malformed input; a byte order mark is kept. */
export function bytesToUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new BytesFormatError("invalid UTF-8");
  }
}

/** One array holding all `parts` in order. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return joinBytes(parts);
}

/** The same for a list of any length, which spread arguments do not take. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** Whether both arrays hold the same bytes. Not constant time: for public values only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Byte-wise order: negative, zero or positive. A prefix sorts before its extensions. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const integer = new DataView(new ArrayBuffer(8));

/**
 * PERF: a view of a new array would move the array out of the heap, at several times the price. The first `length` bytes of
 * what was just written to {@link integer}.
 */
function integerBytes(length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i++) out[i] = integer.getUint8(i);
  return out;
}

/** Eight big-endian bytes of an unsigned integer, modulo 2^64. */
export function be64(value: bigint | number): Uint8Array {
  integer.setBigUint64(0, BigInt.asUintN(64, BigInt(value)));
  return integerBytes(8);
}

/** Four big-endian bytes of an unsigned integer, modulo 2^32. */
export function be32(value: number): Uint8Array {
  integer.setUint32(0, value);
  return integerBytes(4);
}

/** Eight little-endian bytes of an unsigned integer, modulo 2^64. */
export function le64(value: bigint | number): Uint8Array {
  integer.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
  return integerBytes(8);
}

/** Four little-endian bytes of an unsigned integer, modulo 2^32. */
export function le32(value: number): Uint8Array {
  integer.setUint32(0, value, true);
  return integerBytes(4);
}

/** Two little-endian bytes of an unsigned integer, modulo 2^16. */
export function le16(value: number): Uint8Array {
  integer.setUint16(0, value, true);
  return integerBytes(2);
}
