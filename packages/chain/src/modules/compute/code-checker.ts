/**
 * Static validation of wasm, done by the wasm engine and handed in, so that the chain runs no contract code itself.
 * @module
 */

/** Result of the static validation of a contract's wasm. */
export interface CheckedCode {
  /** Features the contract asks for, for example `stargate`. */
  readonly requiredFeatures: readonly string[];
  /** Whether it exports the IBC entry points. */
  readonly ibcEnabled: boolean;
}

/** Static validation of wasm at MsgStoreCode. Deterministic. */
export interface CodeChecker {
  /** Throws `LocalError` whose message is the text upstream prints (spec 03 §2). */
  check(wasm: Uint8Array): CheckedCode;
}
