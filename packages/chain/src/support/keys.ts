/**
 * Keys of stores, built of prefixes and length-prefixed parts, as the SDK's collections lay them out.
 * @module
 */
import { concatBytes } from "@enclavenet/common";

/** A prefix byte followed by parts. */
export function prefixed(prefix: number | Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(typeof prefix === "number" ? Uint8Array.of(prefix) : prefix, ...parts);
}

/** A part that is not the last one: its length in one byte, then itself. Parts here are addresses, below 128 bytes. */
export function lengthPrefixed(part: Uint8Array): Uint8Array {
  if (part.length > 127) throw new RangeError("key part is too long");
  return concatBytes(Uint8Array.of(part.length), part);
}

/** First key after all keys with this prefix; undefined when there is none. */
export function prefixEnd(prefix: Uint8Array): Uint8Array | undefined {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const byte = prefix[i] as number;
    if (byte !== 0xff) {
      const end = prefix.slice(0, i + 1);
      end[i] = byte + 1;
      return end;
    }
  }
  return undefined;
}

/** The unsigned integer of eight big-endian bytes. */
export function fromBe64(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0);
}
