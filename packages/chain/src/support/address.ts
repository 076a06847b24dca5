/**
 * Addresses and their bech32 text with the chain's prefix (spec 04 §3.3), and the SDK's texts for what is not one.
 * @module
 */
import { CodedError } from "@enclavenet/common";
import type { AddressCodec } from "@enclavenet/proto";
import { type Bech32, Bech32Error, type Bech32Failure, decodeBech32, encodeBech32 } from "@enclavenet/wire";
import { type ChainError, plainError, toChainError } from "./errors.ts";
import { memoizedBytes, memoizedText } from "./memo.ts";

/** Human-readable part of account and contract addresses. */
export const ACCOUNT_PREFIX = "secret";

/** An address may have at most 255 bytes. */
const MAX_ADDRESS_BYTES = 255;

/** Addresses remembered in both directions: a transaction shows each of its few a dozen times. */
const REMEMBERED = 4096;

/** Bech32 text of an account or contract; empty for no bytes. */
export const formatAddress = memoizedBytes(REMEMBERED, (address) =>
  address.length === 0 ? "" : encodeBech32(ACCOUNT_PREFIX, address),
);

/** The SDK's text for a failure. */
function failureText(text: string, failure: Bech32Failure): string {
  switch (failure.kind) {
    case "length":
      return `invalid bech32 string length ${text.length}`;
    case "separator":
      return "invalid separator index -1";
    case "character":
      return `invalid character not part of charset: ${failure.character.codePointAt(0)}`;
    case "mixed-case":
      return "string not all lowercase or all uppercase";
    case "checksum":
      return "invalid checksum";
    case "padding":
      return "invalid incomplete group";
  }
}

function decode(text: string): Bech32 {
  try {
    return decodeBech32(text);
  } catch (error) {
    if (!(error instanceof Bech32Error)) throw error;
    throw plainError(`decoding bech32 failed: ${failureText(text, error.failure)}`);
  }
}

/** The bytes of bech32 text. Throws a plain error with the SDK's text. */
export const parseAddress = memoizedText(REMEMBERED, (text) => {
  if (text.trim() === "") throw plainError("empty address string is not allowed");
  const { prefix, data } = decode(text);
  if (prefix !== ACCOUNT_PREFIX) {
    throw plainError(`invalid Bech32 prefix; expected ${ACCOUNT_PREFIX}, got ${prefix}`);
  }
  return verifyAddress(data);
});

/** The bytes if they can be an address. Throws a plain error otherwise. */
export function verifyAddress(address: Uint8Array): Uint8Array {
  if (address.length === 0) throw plainError("addresses cannot be empty: unknown address");
  if (address.length > MAX_ADDRESS_BYTES) {
    throw plainError(`address max length is ${MAX_ADDRESS_BYTES}, got ${address.length}: unknown address`);
  }
  return address;
}

/** Like {@link parseAddress}; the failure is given to `fail`, whose error is thrown. */
export function parseAddressOr(text: string, fail: (cause: ChainError) => Error): Uint8Array {
  try {
    return parseAddress(text);
  } catch (error) {
    if (CodedError.isCoded(error)) throw fail(toChainError(error));
    throw error;
  }
}

/** Address text for JSON and for the signers of messages. */
export const addressCodec: AddressCodec = { toText: formatAddress, fromText: parseAddress };
