/**
 * A decoded transaction, and what can be read out of it without any state: its signers and who pays.
 *
 * Spec: 04 §6.1. Decoding is strict: one transaction has one byte string, and nothing in it is ignored.
 * @module
 */
import type { DescMessage, Message } from "@bufbuild/protobuf";
import { equalBytes, LocalError } from "@enclavenet/common";
import { decodeTx as decodeProtoTx, messageSigners, type DecodedTx as ProtoTx } from "@enclavenet/proto";
import { addressCodec, parseAddressOr } from "../support/address.ts";
import { plainError } from "../support/errors.ts";
import { memoizedBytes } from "../support/memo.ts";
import { ErrInvalidAddress, ErrInvalidRequest, ErrTxDecode } from "../support/sdk-errors.ts";

export interface DecodedTx extends ProtoTx {
  /** The transaction as it was received. */
  readonly bytes: Uint8Array;
}

/**
 * Decodes a transaction. Throws sdk 2 `tx parse error` for anything that is not exactly one.
 *
 * PERF: CheckTx, recheck, the proposal and the block decode the same bytes.
 */
export const decodeTx = memoizedBytes(512, (bytes): DecodedTx => {
  try {
    return { ...decodeProtoTx(bytes), bytes };
  } catch (error) {
    if (error instanceof LocalError) throw ErrTxDecode.wrap(error.message);
    throw error;
  }
});

/** Addresses that must sign a message. Throws a plain error when a field is no address. */
export function signersOfMessage(schema: DescMessage, message: Message): Uint8Array[] {
  try {
    return messageSigners(schema, message, addressCodec);
  } catch (error) {
    if (error instanceof LocalError) throw plainError(error.message);
    throw error;
  }
}

function parseFeeAddress(text: string, role: string): Uint8Array {
  return parseAddressOr(text, (e) => ErrInvalidAddress.wrap(`invalid fee ${role} address (${e.message})`));
}

const signersCache = new WeakMap<DecodedTx, readonly Uint8Array[]>();

/** Addresses that must sign: those of the messages in order, without duplicates, then an explicit fee payer. */
export function signersOf(tx: DecodedTx): readonly Uint8Array[] {
  const known = signersCache.get(tx);
  if (known !== undefined) return known;
  const signers: Uint8Array[] = [];
  const add = (signer: Uint8Array) => {
    if (!signers.some((other) => equalBytes(other, signer))) signers.push(signer);
  };
  for (const { schema, message } of tx.messages) for (const signer of signersOfMessage(schema, message)) add(signer);
  const payer = tx.authInfo.fee?.payer ?? "";
  if (payer !== "") add(parseFeeAddress(payer, "payer"));
  signersCache.set(tx, signers);
  return signers;
}

/** Who pays the fee: the explicit payer, otherwise the first signer; and who granted it. */
export interface FeeAccounts {
  readonly payer: Uint8Array;
  readonly granter: Uint8Array | undefined;
}

/** See {@link FeeAccounts}. */
export function feeAccounts(tx: DecodedTx): FeeAccounts {
  const { payer = "", granter = "" } = tx.authInfo.fee ?? {};
  const [firstSigner] = signersOf(tx);
  if (firstSigner === undefined) throw ErrInvalidRequest.wrap("transaction without signers");
  return {
    payer: payer === "" ? firstSigner : parseFeeAddress(payer, "payer"),
    granter: granter === "" ? undefined : parseFeeAddress(granter, "granter"),
  };
}
