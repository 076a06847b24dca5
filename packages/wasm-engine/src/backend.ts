/**
 * What the engine asks of whoever runs a contract: state, querier, cryptography, addresses. Plaintext keys and values.
 *
 * A backend may throw a `VmError`: it becomes the result of the call. Anything else it throws abandons the wasm and
 * leaves `call` unchanged (for example the unwinding of the host's own out-of-gas).
 * @module
 */

/** A value, or one of the error numbers of spec 03 §1.4. */
export type CryptoResult = { readonly value: Uint8Array } | { readonly code: number };

/** Signature functions behind the crypto imports (spec 03 §1.4). Formats are checked here, by number. */
export interface HostCrypto {
  /** 0 valid, 1 invalid, else an error number. A high-S signature is invalid. */
  secp256k1Verify(hash: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): number;
  /** The 33-byte compressed key. */
  secp256k1RecoverPublicKey(hash: Uint8Array, signature: Uint8Array, recoveryParam: number): CryptoResult;
  /** Signs sha256(message): 64 bytes, low S, RFC 6979. */
  secp256k1Sign(message: Uint8Array, privateKey: Uint8Array): CryptoResult;
  /** 0 valid, 1 invalid, else an error number; ZIP-215 rules. */
  ed25519Verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): number;
  /** The engine has checked that the shapes fit: equal lengths, one message, or one key. */
  ed25519BatchVerify(
    messages: readonly Uint8Array[],
    signatures: readonly Uint8Array[],
    publicKeys: readonly Uint8Array[],
  ): number;
  /** Signs the raw message with a 32-byte seed: 64 bytes. */
  ed25519Sign(message: Uint8Array, seed: Uint8Array): CryptoResult;
}

/** Bech32 as the address imports need it. */
export interface HostAddresses {
  /**
   * Prefix and bytes, or the Display text of the decoder's error. Good text whose 5-bit groups do not pad to bytes is
   * no such error: throw `new VmError("Unknown")` for it.
   */
  decode(text: string): { readonly prefix: string; readonly bytes: Uint8Array } | { readonly error: string };
  encode(prefix: string, bytes: Uint8Array): string;
}

/** Everything a running contract can reach. */
export interface Backend {
  read(key: Uint8Array): { readonly value: Uint8Array | undefined; readonly externalGas: bigint };
  /** Cached by the backend until the call has ended; the engine has charged for it already. */
  write(key: Uint8Array, value: Uint8Array): void;
  remove(key: Uint8Array): { readonly externalGas: bigint };
  query(request: Uint8Array, remainingGas: bigint): { readonly response: Uint8Array; readonly externalGas: bigint };
  readonly crypto: HostCrypto;
  readonly addresses: HostAddresses;
  /** Status number of a quote, or an error number. Absent: every quote is answered with the generic error. */
  dcapQuoteVerify?(quote: Uint8Array, collateral: Uint8Array): { readonly status: number } | { readonly code: number };
  /** Development bundle only; without it the debug imports do nothing. */
  debug?(text: string): void;
}
