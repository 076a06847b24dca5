/**
 * Sign documents rebuilt from a decoded transaction: what SIGN_MODE_LEGACY_AMINO_JSON and EIP-191 sign.
 *
 * Spec: 04 §6.3. Whatever such a document does not cover (extension options, unknown fields) makes the transaction
 * unsignable in these modes: its bytes could otherwise be changed under a valid signature.
 * @module
 */
import { concatBytes, utf8ToBytes } from "@enclavenet/common";
import { WireError } from "../errors.ts";
import { canonicalJson, indentJson } from "../json/serialize.ts";
import { aminoMessage, coinsJson, type JsonObject, present } from "./amino-messages.ts";
import type { AuthInfo, TxBody } from "./tx.ts";

/** What an amino sign document is made from. */
export interface AminoDocument {
  readonly body: TxBody;
  readonly authInfo: AuthInfo;
  readonly chainId: string;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
}

function document({ body, authInfo, chainId, accountNumber, sequence }: AminoDocument): JsonObject {
  if (body.extensionOptions.length > 0 || body.nonCriticalExtensionOptions.length > 0) {
    throw new WireError("amino: extension options have no sign document");
  }
  if (body.hasUnknownFields === true) throw new WireError("amino: unknown fields have no sign document");
  const { amount, gasLimit, payer, granter } = authInfo.fee ?? { amount: [], gasLimit: 0n, payer: "", granter: "" };
  return {
    account_number: accountNumber.toString(),
    chain_id: chainId,
    fee: { ...present({ payer, granter }), amount: coinsJson(amount), gas: gasLimit.toString() },
    memo: body.memo,
    msgs: body.messages.map(aminoMessage),
    sequence: sequence.toString(),
    ...present({ timeout_height: body.timeoutHeight }),
  };
}

/** Sign bytes of SIGN_MODE_LEGACY_AMINO_JSON. Throws `WireError` for a transaction that has none. */
export function aminoSignBytes(parts: AminoDocument): Uint8Array {
  return utf8ToBytes(canonicalJson(document(parts)));
}

/** Sign bytes of SIGN_MODE_EIP_191: the same document, indented, behind Ethereum's prefix. */
export function eip191SignBytes(parts: AminoDocument): Uint8Array {
  const text = utf8ToBytes(indentJson(document(parts), { sortKeys: true, escapeHtml: true }));
  return concatBytes(utf8ToBytes(`\x19Ethereum Signed Message:\n${text.length}`), text);
}
