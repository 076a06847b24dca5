/**
 * Turns what `node:crypto` returns into plain `Uint8Array`s: a `Buffer`'s `slice` aliases, and equality in tests and
 * serialisers looks at the class.
 * @module
 */

/** The same bytes as a `Uint8Array`. No copy where the buffer owns its memory. */
export function plainBytes(buffer: Uint8Array): Uint8Array {
  if (buffer.byteLength === buffer.buffer.byteLength) return new Uint8Array(buffer.buffer);
  return new Uint8Array(buffer);
}

/** Base64url text without padding, as JWK wants it. */
export function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
}
