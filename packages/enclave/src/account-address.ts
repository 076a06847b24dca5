/**
 * Addresses of accounts and contracts as text: bech32 with the chain's prefix.
 * @module
 */
import { encodeBech32, tryDecodeBech32 } from "@enclavenet/wire";

/** Human-readable part of account and contract addresses. */
const PREFIX = "secret";

/** Text of an address; empty for no bytes. */
export function encodeAddress(bytes: Uint8Array): string {
  return bytes.length === 0 ? "" : encodeBech32(PREFIX, bytes);
}

/** Bytes of an address text, undefined when it is not one of this chain. */
export function tryDecodeAddress(text: string): Uint8Array | undefined {
  const decoded = tryDecodeBech32(text);
  return "failure" in decoded || decoded.prefix !== PREFIX ? undefined : decoded.data;
}
