/**
 * AES-SIV from `@noble/ciphers`.
 * @module
 */
import { aessiv } from "@noble/ciphers/aes.js";
import { requireSivInput, SIV_TAG_LENGTH } from "../preconditions.ts";
import type { SivPrimitives } from "../primitives.ts";
import type { SecretBytes } from "../secret-bytes.ts";

function seal(key: SecretBytes, headers: readonly Uint8Array[], plaintext: Uint8Array): Uint8Array {
  return aessiv(requireSivInput(key, headers), ...headers).encrypt(plaintext);
}

function open(key: SecretBytes, headers: readonly Uint8Array[], sealed: Uint8Array): Uint8Array | undefined {
  const cipher = aessiv(requireSivInput(key, headers), ...headers);
  if (sealed.length < SIV_TAG_LENGTH) return undefined;
  try {
    return cipher.decrypt(sealed);
  } catch {
    // Arguments were checked above: the only way to fail is a tag that does not fit.
    return undefined;
  }
}

/** AES-SIV part of the noble implementation. */
export const nobleSiv: SivPrimitives = {
  aesSivSeal: seal,
  aesSivOpen: open,
  aesSivSealMany: (key, items) => items.map((item) => seal(key, item.headers, item.text)),
  aesSivOpenMany: (key, items) => items.map((item) => open(key, item.headers, item.text)),
};
