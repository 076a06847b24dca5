/**
 * Keys of stores, built of prefixes and length-prefixed parts, as the SDK's collections lay them out.
 * @module
 */
import { joinBytes } from "@enclavenet/common";

const ONE_BYTE = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));

/** A prefix byte or several, followed by parts. */
export function prefixed(prefix: number | Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return joinBytes([typeof prefix === "number" ? (ONE_BYTE[prefix] as Uint8Array) : prefix, ...parts]);
}

/** A part that is not the last one: its length in one byte, then itself. Parts here are addresses, below 128 bytes. */
export function lengthPrefixed(part: Uint8Array): Uint8Array {
  if (part.length > 127) throw new RangeError("key part is too long");
  return prefixed(part.length, part);
}

/** The unsigned integer of eight big-endian bytes. */
export function fromBe64(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0);
}
