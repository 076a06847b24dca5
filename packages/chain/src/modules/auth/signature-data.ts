/**
 * Signatures of a transaction as trees: a single signature with its mode, or a multisignature with a bit per member.
 * @module
 */
import { concatBytes, LocalError } from "@enclavenet/common";
import { cosmosCryptoMultisigV1beta1, type cosmosTx, cosmosTxSigning, create, decode, encode } from "@enclavenet/proto";
import { type BitArray, bitArrayOf } from "@enclavenet/wire";
import type { DecodedTx } from "../../baseapp/tx.ts";
import { plainError } from "../../support/errors.ts";
import { ErrTxDecode } from "../../support/sdk-errors.ts";

/** Sign modes by name (spec 04 §2.9). */
export const SignMode = cosmosTxSigning.SignMode;

export type SignatureData =
  | { readonly kind: "single"; readonly mode: cosmosTxSigning.SignMode; readonly signature: Uint8Array }
  | { readonly kind: "multi"; readonly signed: BitArray; readonly signatures: readonly SignatureData[] };

/** Signature of one signer. */
export interface SignerSignature {
  readonly data: SignatureData;
  readonly sequence: bigint;
}

const NO_BITS: BitArray = { length: 0, has: () => false };

function bits(array: cosmosCryptoMultisigV1beta1.CompactBitArray | undefined): BitArray {
  if (array === undefined) return NO_BITS;
  try {
    return bitArrayOf(array);
  } catch (error) {
    if (error instanceof LocalError) throw ErrTxDecode.wrap("invalid compact bit array");
    throw error;
  }
}

function decodeMultiSignature(bytes: Uint8Array): readonly Uint8Array[] {
  try {
    const message = decode(cosmosCryptoMultisigV1beta1.MultiSignatureSchema, bytes);
    if ((message.$unknown ?? []).length === 0) return message.signatures;
  } catch {
    // Reported below: malformed and unknown parts are one failure.
  }
  throw plainError("rejecting unrecognized fields found in MultiSignature");
}

function signatureData(mode: cosmosTx.ModeInfo | undefined, signature: Uint8Array): SignatureData {
  if (mode?.sum.case === "single") return { kind: "single", mode: mode.sum.value.mode, signature };
  if (mode?.sum.case !== "multi") throw ErrTxDecode.wrap("signer info without mode info");
  const { bitarray, modeInfos } = mode.sum.value;
  const parts = decodeMultiSignature(signature);
  if (parts.length !== modeInfos.length) throw ErrTxDecode.wrap("number of signatures and mode infos differ");
  return {
    kind: "multi",
    signed: bits(bitarray),
    signatures: modeInfos.map((info, i) => signatureData(info, parts[i] as Uint8Array)),
  };
}

/** Signatures in the order of the signer infos. Simulated transactions may have fewer signatures than infos. */
export function signaturesOf(tx: DecodedTx): SignerSignature[] {
  return tx.authInfo.signerInfos.map((info, i) => ({
    data: signatureData(info.modeInfo, tx.raw.signatures[i] ?? new Uint8Array(0)),
    sequence: info.sequence,
  }));
}

/** Whether all parts are signed as legacy amino JSON; such data carries no sequence of its own. */
export function isOnlyLegacyAmino(data: SignatureData): boolean {
  if (data.kind === "single") return data.mode === SignMode.LEGACY_AMINO_JSON;
  return data.signatures.every(isOnlyLegacyAmino);
}

/** Every signature in the tree, and after those of a multisignature the aggregate. */
export function signatureBytes(data: SignatureData): Uint8Array[] {
  if (data.kind === "single") return [data.signature];
  const signatures = data.signatures.flatMap(signatureBytes);
  const schema = cosmosCryptoMultisigV1beta1.MultiSignatureSchema;
  return [...signatures, concatBytes(encode(schema, create(schema, { signatures })))];
}
