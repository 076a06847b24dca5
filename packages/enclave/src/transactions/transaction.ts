/**
 * A transaction as the enclave parses it, from the bytes that the block carries.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { EnclaveError } from "@enclavenet/enclave-api";
import { type AuthInfo, decodeAuthInfo, decodeTxBody, decodeTxRaw, type TxBody } from "@enclavenet/wire";

export interface Transaction {
  /** All bytes, as in the block. */
  readonly bytes: Uint8Array;
  readonly bodyBytes: Uint8Array;
  readonly authInfoBytes: Uint8Array;
  readonly signatures: readonly Uint8Array[];
  readonly body: TxBody;
  readonly authInfo: AuthInfo;
}

/** Parses strictly. Throws `ValidationFailure` on bytes that are not a canonical transaction. */
export function parseTransaction(bytes: Uint8Array): Transaction {
  try {
    const { bodyBytes, authInfoBytes, signatures } = decodeTxRaw(bytes);
    const body = decodeTxBody(bodyBytes);
    return { bytes, bodyBytes, authInfoBytes, signatures, body, authInfo: decodeAuthInfo(authInfoBytes) };
  } catch (error) {
    if (error instanceof LocalError) throw new EnclaveError("ValidationFailure", { check: "transaction bytes" });
    throw error;
  }
}
