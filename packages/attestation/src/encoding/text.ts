/**
 * Bytes out of text and text out of bytes, with this room's errors.
 * @module
 */
import { BytesFormatError, bytesToUtf8, fromBase64, fromHex } from "@enclavenet/common";
import { type AttestationCode, refuse } from "../errors.ts";

function translated<T>(code: AttestationCode, what: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof BytesFormatError) refuse(code, `${what}: ${error.message}`, error);
    throw error;
  }
}

/** UTF-8 text. */
export function textOf(bytes: Uint8Array, code: AttestationCode, what: string): string {
  return translated(code, what, () => bytesToUtf8(bytes));
}

/** Bytes of hexadecimal digits; of a given length when one is given. */
export function bytesOfHex(text: string, code: AttestationCode, what: string, length?: number): Uint8Array {
  const bytes = translated(code, what, () => fromHex(text));
  if (length !== undefined && bytes.length !== length) refuse(code, `${what} is not ${length} bytes`);
  return bytes;
}

/** Bytes of base64. */
export function bytesOfBase64(text: string, code: AttestationCode, what: string): Uint8Array {
  return translated(code, what, () => fromBase64(text));
}
