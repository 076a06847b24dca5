/**
 * The document that SIGN_MODE_LEGACY_AMINO_JSON signs, and JSON in Go's canonical form (spec 04 §6.3).
 * @module
 */
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { LocalError, utf8ToBytes } from "@enclavenet/common";
import { decodeAny } from "../any.ts";
import type { Coin } from "../gen/cosmos/base/v1beta1/coin_pb.ts";
import type { Fee, TxBody } from "../gen/cosmos/tx/v1beta1/tx_pb.ts";
import { canonicalInteger } from "../json/numbers.ts";
import { toAminoJson } from "./to-amino-json.ts";

/** What a signer adds to the transaction's content. */
export interface SignerData {
  readonly chainId: string;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
}

/** The sign document as an object. Throws `PROTO_AMINO` for extension options or unknown fields. */
export function aminoSignDoc(body: TxBody, fee: Fee | undefined, signer: SignerData): JsonObject {
  if (body.extensionOptions.length > 0 || body.nonCriticalExtensionOptions.length > 0 || body.$unknown !== undefined) {
    throw new LocalError("PROTO_AMINO", "extension options and unknown fields cannot be signed as amino JSON");
  }
  const msgs = body.messages.map((any) => {
    const { schema, message } = decodeAny(any);
    return toAminoJson(schema, message);
  });
  return {
    account_number: signer.accountNumber.toString(),
    chain_id: signer.chainId,
    fee: feeToAmino(fee),
    memo: body.memo,
    msgs,
    sequence: signer.sequence.toString(),
    ...(body.timeoutHeight === 0n ? {} : { timeout_height: body.timeoutHeight.toString() }),
  };
}

/** The bytes that are signed. */
export function aminoSignBytes(body: TxBody, fee: Fee | undefined, signer: SignerData): Uint8Array {
  return canonicalJson(aminoSignDoc(body, fee, signer));
}

function coinToAmino(coin: Coin): JsonObject {
  return { amount: canonicalInteger(coin.amount), ...(coin.denom === "" ? {} : { denom: coin.denom }) };
}

function feeToAmino(fee: Fee | undefined): JsonObject {
  return {
    amount: (fee?.amount ?? []).map(coinToAmino),
    gas: (fee?.gasLimit ?? 0n).toString(),
    ...(fee === undefined || fee.granter === "" ? {} : { granter: fee.granter }),
    ...(fee === undefined || fee.payer === "" ? {} : { payer: fee.payer }),
  };
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "\\u0026",
  "<": "\\u003c",
  ">": "\\u003e",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
};

/** JSON with the characters escaped that Go escapes for HTML. */
export function escapeForHtml(json: string): string {
  return json.replace(/[&<>\u2028\u2029]/g, (c) => ESCAPES[c] as string);
}

/** Compact JSON with sorted keys and the characters that Go escapes for HTML. */
export function canonicalJson(value: JsonValue): Uint8Array {
  return utf8ToBytes(escapeForHtml(JSON.stringify(sorted(value))));
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] as JsonValue)]));
}
