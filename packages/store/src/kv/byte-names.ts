/**
 * Byte strings as text with one character per byte: usable as keys of a Map, and ordered as the bytes are.
 * @module
 */

/**
 * PERF: called on any Uint8Array, the native conversion reads its bytes where they are. `Buffer.from` would first move a
 * short array's bytes out of the heap, which costs several times the conversion.
 */
const { latin1Slice } = Buffer.prototype as unknown as {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
};

/** The name of a byte string. */
export function byteName(bytes: Uint8Array): string {
  return latin1Slice.call(bytes, 0, bytes.length);
}
