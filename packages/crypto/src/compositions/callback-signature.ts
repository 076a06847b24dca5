/**
 * Callback signature: how the enclave recognises a message that it emitted itself.
 *
 * Spec: 02 §4: SHA-256(callback secret ‖ msg ‖ JSON of the funds), a plain hash.
 * SECURITY: sender, recipient and height are not covered, so the signature alone does not stop a replay by the host;
 * the enclave keeps a set of expected callbacks per transaction beside it (architecture §3).
 * @module
 */
import { concatBytes, utf8ToBytes } from "@enclavenet/common";
import { constantTimeEqual } from "../constant-time.ts";
import type { Primitives } from "../primitives.ts";
import type { SecretBytes } from "../secret-bytes.ts";

/** An amount of one denomination; the amount is decimal text. */
export interface FundsCoin {
  readonly denom: string;
  readonly amount: string;
}

/** Exact JSON text of funds: fields in this order, no spaces, `[]` for none. */
export function fundsJson(funds: readonly FundsCoin[]): string {
  return JSON.stringify(funds.map((coin) => ({ denom: coin.denom, amount: coin.amount })));
}

/**
 * Signature over `msg`, 32 bytes. `msg` is the ciphertext without nonce and public key, the raw message of a plaintext
 * execution, the reply JSON, or empty for admin changes (spec 02 §4).
 */
export function callbackSignature(
  primitives: Primitives,
  callbackSecret: SecretBytes,
  msg: Uint8Array,
  funds: readonly FundsCoin[] = [],
): Uint8Array {
  const preimage = concatBytes(callbackSecret.expose(), msg, utf8ToBytes(fundsJson(funds)));
  const signature = primitives.sha256(preimage);
  preimage.fill(0, 0, callbackSecret.length);
  return signature;
}

/** Whether `signature` is the enclave's over `msg` and `funds`. */
export function verifyCallbackSignature(
  primitives: Primitives,
  callbackSecret: SecretBytes,
  signed: { readonly msg: Uint8Array; readonly funds: readonly FundsCoin[] },
  signature: Uint8Array,
): boolean {
  return constantTimeEqual(callbackSignature(primitives, callbackSecret, signed.msg, signed.funds), signature);
}
