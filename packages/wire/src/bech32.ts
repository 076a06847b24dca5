/**
 * Bech32 (BIP-173) without its length limit of 90, which addresses of 32 bytes with long prefixes would break; texts longer
 * than {@link MAX_BECH32_CHARACTERS} are refused instead.
 * @module
 */
import { WireError } from "./errors.ts";

const ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;
const CHECKSUM_LENGTH = 6;

/** Longest accepted text. */
export const MAX_BECH32_CHARACTERS = 1023;

/** Why a text is not bech32. */
export type Bech32Failure =
  | { readonly kind: "length" }
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
  readonly prefix: string;
  readonly data: Uint8Array;
}

function fail(failure: Bech32Failure): never {
  throw new Bech32Error(failure);
}

function polymod(values: readonly number[]): number {
  let checksum = 1;
  for (const value of values) {
    const top = checksum >>> 25;
    checksum = ((checksum & 0x1ff_ffff) << 5) ^ value;
    for (const [bit, generator] of GENERATOR.entries()) if (((top >>> bit) & 1) === 1) checksum ^= generator;
  }
  return checksum >>> 0;
}

function expandPrefix(prefix: string): number[] {
  const codes = [...prefix].map((character) => character.charCodeAt(0));
  return [...codes.map((code) => code >>> 5), 0, ...codes.map((code) => code & 31)];
}

/** Regroups bits. Undefined when the left-over bits are not a zero padding shorter than a group. */
function regroup(values: Iterable<number>, from: number, to: number, pad: boolean): number[] | undefined {
  const out: number[] = [];
  let accumulator = 0;
  let bits = 0;
  for (const value of values) {
    accumulator = ((accumulator << from) | value) & 0xfff;
    bits += from;
    while (bits >= to) {
      bits -= to;
      out.push((accumulator >>> bits) & ((1 << to) - 1));
    }
  }
  const rest = (accumulator << (to - bits)) & ((1 << to) - 1);
  if (pad) {
    if (bits > 0) out.push(rest);
    return out;
  }
  return bits >= from || rest !== 0 ? undefined : out;
}

/** Bech32 text of `data` under a lower-case prefix. */
export function encodeBech32(prefix: string, data: Uint8Array): string {
  const words = regroup(data, 8, 5, true) as number[];
  const checksum = polymod([...expandPrefix(prefix), ...words, 0, 0, 0, 0, 0, 0]) ^ 1;
  const tail = Array.from({ length: CHECKSUM_LENGTH }, (_, i) => (checksum >>> (5 * (5 - i))) & 31);
  return `${prefix}1${[...words, ...tail].map((word) => ALPHABET[word]).join("")}`;
}

function checkedCase(text: string): string {
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 33 || code > 126) fail({ kind: "character", character });
  }
  const lower = text.toLowerCase();
  if (lower !== text && text.toUpperCase() !== text) fail({ kind: "mixed-case" });
  return lower;
}

/** Prefix and bytes of bech32 text of either case. Throws {@link Bech32Error}. */
export function decodeBech32(text: string): Bech32 {
  if (text.length < 8 || text.length > MAX_BECH32_CHARACTERS) fail({ kind: "length" });
  const separator = text.lastIndexOf("1");
  if (separator < 0) fail({ kind: "separator" });
  const lower = checkedCase(text);
  const prefix = lower.slice(0, separator);
  const tail = lower.slice(separator + 1);
  if (prefix.length === 0 || tail.length < CHECKSUM_LENGTH) fail({ kind: "length" });
  const words = [...tail].map((character) => VALUES.get(character) ?? fail({ kind: "character", character }));
  if (polymod([...expandPrefix(prefix), ...words]) !== 1) fail({ kind: "checksum" });
  const bytes = regroup(words.slice(0, -CHECKSUM_LENGTH), 5, 8, false);
  return bytes === undefined ? fail({ kind: "padding" }) : { prefix, data: Uint8Array.from(bytes) };
}

/** The same as a value: undefined data when the text is not bech32. */
export function tryDecodeBech32(text: string): Bech32 | { readonly failure: Bech32Failure } {
  try {
    return decodeBech32(text);
  } catch (error) {
    if (error instanceof Bech32Error) return { failure: error.failure };
    throw error;
  }
}
