/**
 * Strict decoding of transactions (spec 04 §6.1): TxRaw canonical after ADR-027, no unknown fields in TxRaw and AuthInfo,
 * no critical ones in TxBody, every Any resolved.
 * @module
 */
import { create, type DescMessage, type Message } from "@bufbuild/protobuf";
import { LocalError } from "@enclavenet/common";
import { decode, decodeAny } from "../any.ts";
import {
  type AuthInfo,
  AuthInfoSchema,
  type Tx,
  type TxBody,
  TxBodySchema,
  type TxRaw,
  TxRawSchema,
  TxSchema,
} from "../gen/cosmos/tx/v1beta1/tx_pb.ts";
import { checkBytes } from "./strict.ts";
import { WireCursor } from "./wire-cursor.ts";

/** The only field of TxRaw whose elements may be empty. */
const SIGNATURES_FIELD = 3;

/** A decoded transaction with the exact bytes that were signed. */
export interface DecodedTx {
  readonly raw: TxRaw;
  readonly body: TxBody;
  readonly authInfo: AuthInfo;
  /** The messages of the body, unpacked. */
  readonly messages: readonly { readonly typeUrl: string; readonly schema: DescMessage; readonly message: Message }[];
}

/** Decodes and checks a transaction. Throws the LocalErrors of `checkBytes`, and `PROTO_NOT_CANONICAL` (ADR-027). */
export function decodeTx(bytes: Uint8Array): DecodedTx {
  const raw = decodeTxRaw(bytes);
  checkBytes(TxBodySchema, raw.bodyBytes, { allowNonCritical: true });
  checkBytes(AuthInfoSchema, raw.authInfoBytes, { allowNonCritical: false });
  const body = decode(TxBodySchema, raw.bodyBytes);
  const authInfo = decode(AuthInfoSchema, raw.authInfoBytes);
  const messages = body.messages.map((any) => ({ typeUrl: any.typeUrl, ...decodeAny(any) }));
  return { raw, body, authInfo, messages };
}

/** The Tx message that queries show. */
export function txOf({ raw, body, authInfo }: DecodedTx): Tx {
  return create(TxSchema, { body, authInfo, signatures: raw.signatures });
}

/**
 * Decodes the outer part of a transaction. ADR-027: fields in ascending order, single ones once, lengths and tags in the
 * shortest form, empty bytes left out. Throws as {@link decodeTx}.
 */
export function decodeTxRaw(bytes: Uint8Array): TxRaw {
  checkBytes(TxRawSchema, bytes, { allowNonCritical: false });
  const cursor = new WireCursor(bytes);
  let previous = 0;
  while (!cursor.isAtEnd) {
    const tag = cursor.tag();
    const { content, isMinimal } = cursor.lengthDelimited();
    const isDefault = content.length === 0 && tag.number !== SIGNATURES_FIELD;
    if (tag.number < previous || isDefault || !tag.isMinimal || !isMinimal) {
      throw new LocalError("PROTO_NOT_CANONICAL", "TxRaw is not in its canonical form");
    }
    previous = tag.number;
  }
  return decode(TxRawSchema, bytes);
}
