/**
 * Bech32 (BIP-173) without its length limit of 90, which addresses of 32 bytes with long prefixes would break. Texts longer
 * than a limit that the caller may choose are refused instead.
 *
 * Spec: 03 §1.4: checks run in the order of the decoder that contracts know, so that the first failure is the one they see.
 * @module
 */
import { byteName, utf8ToBytes } from "@enclavenet/common";
import { WireError } from "./errors.ts";

const ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;
const CHECKSUM_LENGTH = 6;
const SEPARATOR = "1";
const MIN_CHARACTERS = 8;
const MAX_PREFIX_CHARACTERS = 83;

/** Five bits of each lower-case character, -1 for the others. */
const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

/** The character of each five bits. */
const CHARACTERS = utf8ToBytes(ALPHABET);

/** What the checksum adds for each value of the top five bits. */
const FEEDBACK = Uint32Array.from({ length: 32 }, (_, top) =>
  GENERATOR.reduce((sum, generator, bit) => (((top >> bit) & 1) === 1 ? sum ^ generator : sum), 0),
);

/** Longest text that is accepted unless the caller chooses otherwise: the limit of the Cosmos SDK. */
export const MAX_BECH32_CHARACTERS = 1023;

/**
 * Why a text is not bech32. `length` names the part that has the wrong one: all of it, what is in front of the separator, or
 * what is behind it. `character` is the offending one; of a prefix that is not ASCII it is the byte, as Latin-1.
 */
export type Bech32Failure =
  | { readonly kind: "length"; readonly part: "text" | "prefix" | "data" }
  | { readonly kind: "separator" }
  | { readonly kind: "character"; readonly character: string }
  | { readonly kind: "checksum" }
  | { readonly kind: "mixed-case" }
  | { readonly kind: "padding" };

/** A text that is not bech32, with the reason. */
export class Bech32Error extends WireError {
  readonly failure: Bech32Failure;

  constructor(failure: Bech32Failure) {
    super(`bech32: ${failure.kind}`);
    this.failure = failure;
  }
}

export interface Bech32 {
  /** Lower case. */
  readonly prefix: string;
  readonly data: Uint8Array;
}

function fail(failure: Bech32Failure): never {
  throw new Bech32Error(failure);
}

function step(checksum: number, value: number): number {
  return ((checksum & 0x1ff_ffff) << 5) ^ value ^ (FEEDBACK[checksum >>> 25] as number);
}

/** Checksum state after prefix and words. */
function polymod(prefix: string, words: Uint8Array): number {
  let checksum = 1;
  for (let i = 0; i < prefix.length; i++) checksum = step(checksum, prefix.charCodeAt(i) >> 5);
  checksum = step(checksum, 0);
  for (let i = 0; i < prefix.length; i++) checksum = step(checksum, prefix.charCodeAt(i) & 31);
  for (let i = 0; i < words.length; i++) checksum = step(checksum, words[i] as number);
  return checksum;
}

/** Words of five bits, the last one filled up with zeros, and room for a checksum. */
function toWords(data: Uint8Array): Uint8Array {
  const words = new Uint8Array(Math.ceil((data.length * 8) / 5) + CHECKSUM_LENGTH);
  let accumulator = 0;
  let bits = 0;
  let at = 0;
  for (const byte of data) {
    accumulator = ((accumulator << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) words[at++] = (accumulator >> (bits - 5)) & 31;
  }
  if (bits > 0) words[at] = (accumulator << (5 - bits)) & 31;
  return words;
}

/** Bytes of the first `count` words. What is left over must be zeros, less than a word of them. */
function toBytes(words: Uint8Array, count: number): Uint8Array {
  const out = new Uint8Array(Math.floor((count * 5) / 8));
  let accumulator = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < count; i++) {
    accumulator = ((accumulator << 5) | (words[i] as number)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out[at++] = accumulator >> bits;
  }
  if (bits >= 5 || (accumulator & ((1 << bits) - 1)) !== 0) fail({ kind: "padding" });
  return out;
}

/** Bech32 text of `data` under a lower-case prefix. Throws {@link WireError} for a prefix that no decoder would accept. */
export function encodeBech32(prefix: string, data: Uint8Array): string {
  if (!/^[!-@[-~]{1,83}$/.test(prefix)) throw new WireError("bech32: this prefix cannot be encoded");
  const words = toWords(data);
  const checksum = polymod(prefix, words) ^ 1;
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    words[words.length - 1 - i] = (checksum >>> (5 * i)) & 31;
  }
  for (let i = 0; i < words.length; i++) words[i] = CHARACTERS[words[i] as number] as number;
  return prefix + SEPARATOR + byteName(words);
}

/** Which of the two cases letters have had so far; both are never allowed. */
type LetterCase = "lower" | "upper" | undefined;

function caseAfter(seen: LetterCase, code: number): LetterCase {
  const found = code >= 97 && code <= 122 ? "lower" : code >= 65 && code <= 90 ? "upper" : undefined;
  if (found !== undefined && seen !== undefined && found !== seen) fail({ kind: "mixed-case" });
  return found ?? seen;
}

function checkPrefix(prefix: string): LetterCase {
  const bytes = utf8ToBytes(prefix);
  if (bytes.length === 0 || bytes.length > MAX_PREFIX_CHARACTERS) fail({ kind: "length", part: "prefix" });
  let letters: LetterCase;
  for (const byte of bytes) {
    if (byte < 33 || byte > 126) fail({ kind: "character", character: String.fromCharCode(byte) });
    letters = caseAfter(letters, byte);
  }
  return letters;
}

function readWords(data: string, prefixCase: LetterCase): Uint8Array {
  const words = new Uint8Array(data.length);
  let letters = prefixCase;
  for (let i = 0; i < data.length; i++) {
    const code = data.charCodeAt(i);
    if (code < 128) letters = caseAfter(letters, code);
    const value = code < 128 ? (VALUES[code >= 65 && code <= 90 ? code + 32 : code] as number) : -1;
    if (value < 0) fail({ kind: "character", character: String.fromCodePoint(data.codePointAt(i) as number) });
    words[i] = value;
  }
  return words;
}

/**
 * Prefix and bytes of bech32 text of either case. Throws {@link Bech32Error}. A text of more than `maxCharacters` has the
 * failure `length`.
 */
export function decodeBech32(text: string, maxCharacters: number = MAX_BECH32_CHARACTERS): Bech32 {
  const isShort = text.length < MIN_CHARACTERS && utf8ToBytes(text).length < MIN_CHARACTERS;
  if (isShort || text.length > maxCharacters) fail({ kind: "length", part: "text" });
  const separator = text.lastIndexOf(SEPARATOR);
  if (separator < 0) fail({ kind: "separator" });
  const data = text.slice(separator + 1);
  if (data.length < CHECKSUM_LENGTH && utf8ToBytes(data).length < CHECKSUM_LENGTH) {
    fail({ kind: "length", part: "data" });
  }
  const letters = checkPrefix(text.slice(0, separator));
  const words = readWords(data, letters);
  const prefix = text.slice(0, separator).toLowerCase();
  if (polymod(prefix, words) !== 1) fail({ kind: "checksum" });
  return { prefix, data: toBytes(words, words.length - CHECKSUM_LENGTH) };
}

/** The same as a value: the failure when the text is not bech32. */
export function tryDecodeBech32(text: string, maxCharacters?: number): Bech32 | { readonly failure: Bech32Failure } {
  try {
    return decodeBech32(text, maxCharacters);
  } catch (error) {
    if (error instanceof Bech32Error) return { failure: error.failure };
    throw error;
  }
}
