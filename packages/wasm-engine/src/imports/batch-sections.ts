/**
 * The list encoding of ed25519_batch_verify's arguments: data ‖ length (u32 big-endian), repeated, parsed from the end
 * backwards until fewer than 4 bytes remain (spec 03 §1.2).
 *
 * Counting comes before cutting, so that millions of empty sections are charged or refused before anything is allocated.
 * @module
 */
import { VmError } from "../errors.ts";

const LENGTH_BYTES = 4;

function walk(bytes: Uint8Array, visit: (start: number, end: number) => void): void {
  let end = bytes.length;
  while (end >= LENGTH_BYTES) {
    const at = end - LENGTH_BYTES;
    const length =
      (((bytes[at] as number) << 24) |
        ((bytes[at + 1] as number) << 16) |
        ((bytes[at + 2] as number) << 8) |
        (bytes[at + 3] as number)) >>>
      0;
    // The reference panics here, which surfaces as the unknown error (spec 03 §2.5).
    if (length > at) throw new VmError("Unknown", "section is longer than its list");
    end = at - length;
    visit(end, at);
  }
}

/** Number of sections. */
export function countSections(bytes: Uint8Array): number {
  let count = 0;
  walk(bytes, () => {
    count++;
  });
  return count;
}

/** The sections in their order, as views. */
export function cutSections(bytes: Uint8Array): Uint8Array[] {
  const sections: Uint8Array[] = [];
  walk(bytes, (start, end) => sections.push(bytes.subarray(start, end)));
  return sections.reverse();
}
