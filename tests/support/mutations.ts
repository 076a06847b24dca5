/**
 * Mutations of protobuf bytes for differential fuzzing with fast-check.
 * @module
 */
import fc from "fast-check";

/** Pieces that mutations splice in: tags of every kind, unknown fields (critical and not), long varints, groups. */
export const splice = fc.oneof(
  fc.uint8Array({ maxLength: 4 }),
  fc.constantFrom(
    [0x0a, 0],
    [0x0a, 0x80, 0],
    [0x8a, 0, 0],
    [0x12, 1, 0xff],
    [0x18, 0x80, 0x80, 0],
    [0x18, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1],
    [0x18, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2],
    [0x78, 1],
    [0xf8, 0x40, 1],
    [0xfa, 0x40, 1, 7],
    [0x0b, 0x0c],
    [0, 0],
  ),
);

/** Removal and insertion at a position, taken modulo the length. */
interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: ArrayLike<number>;
}

/** Up to three edits. */
export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({ at: fc.nat(200), remove: fc.nat(3), insert: splice }),
  { maxLength: 3 },
);

/** `bytes` after the edits, applied one after the other. */
export function applyEdits(bytes: Uint8Array, changes: readonly Edit[]): Uint8Array {
  let out = [...bytes];
  for (const { at, remove, insert } of changes) {
    const position = at % (out.length + 1);
    out = [...out.slice(0, position), ...Array.from(insert), ...out.slice(position + remove)];
  }
  return Uint8Array.from(out);
}
