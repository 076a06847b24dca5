/**
 * Checks sequences, and signatures except in simulation and recheck (spec 04 §6.1 row 13).
 * @module
 */
import { CodedError } from "@enclavenet/common";
import type { Context } from "../baseapp/context.ts";
import { type DecodedTx, signersOf } from "../baseapp/tx.ts";
import type { Account } from "../modules/auth/account.ts";
import { unpackPublicKey } from "../modules/auth/public-key.ts";
import { isOnlyLegacyAmino, type SignerSignature, signaturesOf } from "../modules/auth/signature-data.ts";
import { verifySignature } from "../modules/auth/verify-signature.ts";
import { ErrInvalidPubKey, ErrUnauthorized, ErrWrongSequence } from "../support/sdk-errors.ts";
import type { AnteTools, Decorator } from "./decorator.ts";
import { signerAccount } from "./set-public-keys.ts";

function verify(ctx: Context, tx: DecodedTx, account: Account, signature: SignerSignature, tools: AnteTools): void {
  if (account.publicKey === undefined) throw ErrInvalidPubKey.wrap("pubkey on account is not set");
  const { chainId, height } = ctx.block;
  const accountNumber = height === 0n ? 0n : account.accountNumber;
  try {
    const signer = { chainId, accountNumber, sequence: signature.sequence };
    verifySignature(tools.primitives, tx, unpackPublicKey(account.publicKey), signature.data, signer);
  } catch (error) {
    if (!CodedError.isCoded(error)) throw error;
    const who = isOnlyLegacyAmino(signature.data)
      ? `account number (${accountNumber}), sequence (${account.sequence}) and chain-id (${chainId})`
      : `account number (${accountNumber}) and chain-id (${chainId})`;
    throw ErrUnauthorized.wrap(`signature verification failed; please verify ${who}: (${error.message})`);
  }
}

export const verifySignatures: Decorator = (ctx, tx, tools) => {
  const signers = signersOf(tx);
  const signatures = signaturesOf(tx);
  if (signatures.length !== signers.length) {
    throw ErrUnauthorized.wrap(`invalid number of signer;  expected: ${signers.length}, got ${signatures.length}`);
  }
  for (const [i, signature] of signatures.entries()) {
    const account = signerAccount(ctx, tools.auth, signers[i] as Uint8Array);
    if (signature.sequence !== account.sequence) {
      const numbers = `expected ${account.sequence}, got ${signature.sequence}`;
      throw ErrWrongSequence.wrap(`account sequence mismatch, ${numbers}`);
    }
    if (!ctx.isSimulation && ctx.mode !== "recheck") verify(ctx, tx, account, signature, tools);
  }
  return ctx;
};
