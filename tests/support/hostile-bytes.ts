/**
 * Hostile byte strings for fast-check: well-formed ones that were cut, changed, doubled, nested and inflated, and noise.
 * @module
 */
import fc from "fast-check";
import { splice } from "./mutations.ts";

/** Numbers that lengths, counts and offsets are written as. */
const LYING_NUMBERS: readonly (readonly number[])[] = [
  [0x00],
  [0x7f],
  [0x80, 0x00],
  [0xff, 0x01],
  [0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0x7f, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x00, 0x00, 0x00, 0x80],
];

/** Texts that parsers trip over. */
const LYING_TEXTS: readonly string[] = [
  ..."{}[]\",:'\\/0-.+%\0\n ",
  "null",
  "__proto__",
  "constructor",
  "1e999",
  "-0",
  "9".repeat(100),
  "18446744073709551616",
  "-9223372036854775809",
  "\u00e9",
  "\\ud800",
  "[".repeat(300),
  '{"a":'.repeat(200),
  "1".repeat(84),
];

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A piece to put in; most are short. */
const piece: fc.Arbitrary<ArrayLike<number>> = fc.oneof(
  splice,
  fc.constantFrom(...LYING_NUMBERS),
  fc.constantFrom(...LYING_TEXTS).map(utf8),
  fc.nat(255).map((byte) => [byte]),
  fc.tuple(fc.nat(255), fc.constantFrom(16, 200, 3000)).map(([byte, count]) => new Array<number>(count).fill(byte)),
);

interface Mutation {
  readonly kind: "set" | "insert" | "remove" | "repeat" | "cut" | "swap";
  readonly at: number;
  readonly length: number;
  readonly insert: ArrayLike<number>;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom("set" as const, "insert", "remove", "repeat", "cut", "swap"),
  at: fc.nat(),
  length: fc.oneof(fc.nat(8), fc.nat(400)),
  insert: piece,
});

/** No input grows beyond this. */
const MAX_BYTES = 65_536;

function mutated(bytes: Uint8Array, { kind, at, length, insert }: Mutation): Uint8Array {
  const position = at % (bytes.length + 1);
  const before = bytes.subarray(0, position);
  const inserted = Uint8Array.from(insert);
  const join = (...parts: readonly Uint8Array[]): Uint8Array => {
    const out = Uint8Array.from(parts.flatMap((part) => Array.from(part)));
    return out.length > MAX_BYTES ? out.subarray(0, MAX_BYTES) : out;
  };
  switch (kind) {
    case "set":
      return join(before, inserted, bytes.subarray(position + inserted.length));
    case "insert":
      return join(before, inserted, bytes.subarray(position));
    case "remove":
      return join(before, bytes.subarray(position + length));
    case "repeat":
      return join(before, bytes.subarray(position, position + length), bytes.subarray(position));
    case "cut":
      return before.slice();
    case "swap":
      return join(bytes.subarray(position), before);
  }
}

/** Mutations of `seeds`, and noise. The unchanged seed is among them. */
export function hostileBytes(seeds: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const changed = fc
    .tuple(seeds, fc.array(mutation, { maxLength: 4 }))
    .map(([bytes, mutations]) => mutations.reduce(mutated, bytes));
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.array(piece, { maxLength: 12 }).map((pieces) => Uint8Array.from(pieces.flatMap((one) => Array.from(one)))),
  );
  return fc.oneof({ weight: 6, arbitrary: changed }, { weight: 1, arbitrary: noise });
}
