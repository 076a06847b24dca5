/**
 * What the JSON functions need from outside: the chain's address text and a bound on nesting.
 * @module
 */
import { LocalError } from "@enclavenet/common";

/** Text form of account addresses (bech32 with the chain's prefix). `fromText` throws on anything else. */
export interface AddressCodec {
  toText(bytes: Uint8Array): string;
  fromText(text: string): Uint8Array;
}

/** Options of the JSON functions. */
export interface JsonOptions {
  readonly addresses: AddressCodec;
}

/** Messages nest at most this deep, whether directly or through Any. */
const MAX_DEPTH = 64;

/** Throws `PROTO_TOO_DEEP` beyond {@link MAX_DEPTH}. */
export function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH) throw new LocalError("PROTO_TOO_DEEP", `messages nest deeper than ${MAX_DEPTH}`);
}
