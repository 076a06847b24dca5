/**
 * Transactions of one signer, in direct sign mode.
 *
 * Spec: 04 §6.3 (sign bytes).
 * @module
 */
import { LocalError } from "@enclavenet/common";
import type { Primitives, SecretBytes } from "@enclavenet/crypto";
import {
  type Any,
  cosmosBase,
  cosmosCryptoSecp256k1,
  cosmosTx,
  cosmosTxSigning,
  create,
  encode,
  encodeAny,
} from "@enclavenet/proto";

/** Denomination of fees and stake. */
export const DENOM = "uscrt";

/** What is signed. */
export interface TxPlan {
  readonly chainId: string;
  readonly messages: readonly Any[];
  readonly accountNumber: bigint;
  readonly sequence: bigint;
  readonly gasLimit: bigint;
  /** In uscrt. */
  readonly fee: bigint;
}

/** Amounts as transactions have them. */
export function coins(amount: string) {
  return [create(cosmosBase.CoinSchema, { denom: DENOM, amount })];
}

/** Compressed public key. Throws LocalError `WALLET_KEY` for a number that is no key. */
export function publicKeyOf(primitives: Primitives, key: SecretBytes): Uint8Array {
  const publicKey = primitives.secp256k1PublicKey(key);
  if (publicKey === undefined) throw new LocalError("WALLET_KEY", "the private key is not one of secp256k1");
  return publicKey;
}

/** Bytes of the signed transaction. */
export function signTx(primitives: Primitives, key: SecretBytes, plan: TxPlan): Uint8Array {
  const { chainId, accountNumber, sequence, gasLimit, fee } = plan;
  const body = create(cosmosTx.TxBodySchema, { messages: [...plan.messages] });
  const publicKey = create(cosmosCryptoSecp256k1.PubKeySchema, { key: publicKeyOf(primitives, key) });
  const authInfo = create(cosmosTx.AuthInfoSchema, {
    signerInfos: [
      {
        publicKey: encodeAny(cosmosCryptoSecp256k1.PubKeySchema, publicKey),
        modeInfo: { sum: { case: "single", value: { mode: cosmosTxSigning.SignMode.DIRECT } } },
        sequence,
      },
    ],
    fee: { amount: coins(fee.toString()), gasLimit },
  });
  const bodyBytes = encode(cosmosTx.TxBodySchema, body);
  const authInfoBytes = encode(cosmosTx.AuthInfoSchema, authInfo);
  const document = create(cosmosTx.SignDocSchema, { bodyBytes, authInfoBytes, chainId, accountNumber });
  const signature = primitives.secp256k1Sign(primitives.sha256(encode(cosmosTx.SignDocSchema, document)), key);
  if (signature === undefined) throw new LocalError("WALLET_KEY", "the private key is not one of secp256k1");
  return encode(
    cosmosTx.TxRawSchema,
    create(cosmosTx.TxRawSchema, { bodyBytes, authInfoBytes, signatures: [signature] }),
  );
}
