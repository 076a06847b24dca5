/**
 * Encryption of everything a contract call gives back: data, query results, errors, attributes.
 *
 * Spec: 02 §5.2, §5.4, §12. All of it is under the transaction key of the message, with one empty header.
 * Data, query results and reply data are encrypted as base64 *text*, so opening gives text to decode once more.
 * @module
 */
import { concatBytes, fromBase64, LocalError, toBase64, utf8ToBytes } from "@enclavenet/common";
import type { Primitives } from "../primitives.ts";
import type { SecretBytes } from "../secret-bytes.ts";
import type { ReplyParam } from "./contract-input.ts";
import { MESSAGE_HEADERS } from "./secret-message.ts";

const EMPTY = new Uint8Array(0);

/** Text in front of data and errors of a call that someone waits for: the immediate caller's code hash. */
export function replyPrefix(params: readonly ReplyParam[]): Uint8Array {
  return params[0]?.recipientCodeHash ?? EMPTY;
}

/** Seals one field. */
export function sealField(primitives: Primitives, txKey: SecretBytes, plaintext: Uint8Array): Uint8Array {
  return primitives.aesSivSeal(txKey, MESSAGE_HEADERS, plaintext);
}

/** Opens one field; undefined when it is not authentic. */
export function openField(primitives: Primitives, txKey: SecretBytes, sealed: Uint8Array): Uint8Array | undefined {
  return primitives.aesSivOpen(txKey, MESSAGE_HEADERS, sealed);
}

/** `data` (or an IBC acknowledgement) of a result: raw ciphertext bytes. */
export function encryptData(
  primitives: Primitives,
  txKey: SecretBytes,
  data: Uint8Array,
  replyParams: readonly ReplyParam[] = [],
): Uint8Array {
  return sealField(primitives, txKey, concatBytes(replyPrefix(replyParams), utf8ToBytes(toBase64(data))));
}

/** Query result: the contract produced base64 text, the chain gets base64 of its ciphertext. */
export function encryptQueryResult(primitives: Primitives, txKey: SecretBytes, base64Text: string): string {
  return toBase64(sealField(primitives, txKey, utf8ToBytes(base64Text)));
}

/**
 * Text of a contract error as it is encrypted: the JSON text of the `Err` value without leading and trailing quotes.
 * COMPAT(spec 02 §5.2): genuine quotes at either end are eaten as well.
 */
export function contractErrorText(errJson: string): string {
  let start = 0;
  let end = errJson.length;
  while (start < end && errJson[start] === '"') start++;
  while (end > start && errJson[end - 1] === '"') end--;
  return errJson.slice(start, end);
}

/** Contract error for `generic_err.msg`: base64 of the ciphertext. */
export function encryptError(
  primitives: Primitives,
  txKey: SecretBytes,
  text: string,
  replyParams: readonly ReplyParam[] = [],
): string {
  return toBase64(sealField(primitives, txKey, concatBytes(replyPrefix(replyParams), utf8ToBytes(text))));
}

/** One key or value of an encrypted attribute: base64 of the ciphertext. An empty text still becomes 24 characters. */
export function encryptAttribute(primitives: Primitives, txKey: SecretBytes, text: string): string {
  return toBase64(sealField(primitives, txKey, utf8ToBytes(text)));
}

/** Base64 text held in bytes, decoded; undefined when it is not base64. */
export function tryDecodeBase64Bytes(text: Uint8Array): Uint8Array | undefined {
  try {
    let ascii = "";
    for (const byte of text) ascii += String.fromCharCode(byte);
    return fromBase64(ascii);
  } catch (error) {
    if (LocalError.is(error, "BYTES_FORMAT")) return undefined;
    throw error;
  }
}

/**
 * Opens encrypted data or a query result and decodes the base64 text inside. `prefixLength` bytes in front of the
 * text are dropped: 64 where the data answers a reply, otherwise 0.
 */
export function openData(
  primitives: Primitives,
  txKey: SecretBytes,
  sealed: Uint8Array,
  prefixLength = 0,
): Uint8Array | undefined {
  const plaintext = openField(primitives, txKey, sealed);
  if (plaintext === undefined || plaintext.length < prefixLength) return undefined;
  return tryDecodeBase64Bytes(plaintext.subarray(prefixLength));
}
