/**
 * The chain's record of an account that signs: google.protobuf.Any of a cosmos.auth.v1beta1.BaseAccount.
 *
 * Spec: 04 §4.2 (auth). Store `acc`, key 0x01 ‖ address.
 * @module
 */
import { optionalMessage, textType, uint64Type } from "../protobuf/fields.ts";
import { messageCodec } from "../protobuf/message.ts";
import { type Any, anyCodec } from "./tx.ts";
import { TypeUrl } from "./type-urls.ts";

export interface BaseAccount {
  readonly address: string;
  readonly publicKey: Any | undefined;
  readonly accountNumber: bigint;
  /** Of the next transaction that it signs. */
  readonly sequence: bigint;
}

const account = messageCodec<BaseAccount>("BaseAccount", {
  address: [1, textType],
  publicKey: [2, optionalMessage(() => anyCodec)],
  accountNumber: [3, uint64Type],
  sequence: [4, uint64Type],
});

export const decodeBaseAccount = account.decode;
export const encodeBaseAccount = account.encode;

/** The account in a stored value; undefined for kinds of accounts that sign nothing. Throws `WireError`. */
export function decodeStoredAccount(stored: Uint8Array): BaseAccount | undefined {
  const { typeUrl, value } = anyCodec.decode(stored);
  return typeUrl === TypeUrl.baseAccount ? decodeBaseAccount(value) : undefined;
}

/** The value that the chain stores of an account. */
export function encodeStoredAccount(base: BaseAccount): Uint8Array {
  return anyCodec.encode({ typeUrl: TypeUrl.baseAccount, value: encodeBaseAccount(base) });
}
