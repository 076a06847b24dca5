/**
 * Charges the size of the transaction; in simulation also the size of signatures that are still missing (spec 04 §6.1
 * row 8).
 * @module
 */
import type { Any } from "@bufbuild/protobuf/wkt";
import { signersOf } from "../baseapp/tx.ts";
import { aminoBytes, unpackPublicKey } from "../modules/auth/public-key.ts";
import { type SignatureData, signaturesOf } from "../modules/auth/signature-data.ts";
import type { Decorator } from "./decorator.ts";

/** Amino form of a secp256k1 key: 4 bytes of prefix, its length, 33 bytes. */
const SECP256K1_AMINO_BYTES = 38;
/** Field head and bytes of a 64-byte signature in the amino StdSignature. */
const SIGNATURE_AMINO_BYTES = 66;
/** What upstream adds for the list that holds it. */
const LIST_OVERHEAD = 6;

function isIncomplete(data: SignatureData | undefined): boolean {
  if (data === undefined) return true;
  if (data.kind === "single") return data.signature.length === 0;
  return data.signatures.length === 0 || data.signatures.some(isIncomplete);
}

/** Size of the signature that upstream imagines for a key. */
function imaginedSize(packed: Any | undefined): { readonly size: bigint; readonly isMultisig: boolean } {
  const key = packed === undefined ? undefined : unpackPublicKey(packed);
  const keySize = key === undefined ? SECP256K1_AMINO_BYTES : aminoBytes(key).length;
  const head = keySize < 128 ? 2 : 3;
  return { size: BigInt(head + keySize + SIGNATURE_AMINO_BYTES + LIST_OVERHEAD), isMultisig: key?.kind === "multisig" };
}

export const consumeTxSizeGas: Decorator = (ctx, tx, { auth }) => {
  const params = auth.getParams(ctx);
  ctx.gasMeter.consumeGas(params.txSizeCostPerByte * BigInt(tx.bytes.length), "txSize");
  if (!ctx.isSimulation) return ctx;
  const signatures = signaturesOf(tx);
  for (const [i, signer] of signersOf(tx).entries()) {
    if (!isIncomplete(signatures[i]?.data)) continue;
    const { size, isMultisig } = imaginedSize(auth.getAccount(ctx, signer)?.publicKey);
    ctx.gasMeter.consumeGas(params.txSizeCostPerByte * size * (isMultisig ? params.txSigLimit : 1n), "txSize");
  }
  return ctx;
};
