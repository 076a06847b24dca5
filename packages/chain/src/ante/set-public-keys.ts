/**
 * Stores the public keys of signers that have none yet, and announces every signature (spec 04 §6.1 row 10, §6.2).
 * @module
 */
import { equalBytes, toBase64 } from "@enclavenet/common";
import type { Context } from "../baseapp/context.ts";
import { signersOf } from "../baseapp/tx.ts";
import type { Account } from "../modules/auth/account.ts";
import type { AuthKeeper } from "../modules/auth/keeper.ts";
import { addressOfKey, unpackPublicKey } from "../modules/auth/public-key.ts";
import { signatureBytes, signaturesOf } from "../modules/auth/signature-data.ts";
import { SIMULATED_KEY } from "../modules/auth/simulated-key.ts";
import { formatAddress } from "../support/address.ts";
import { event } from "../support/events.ts";
import { ErrInvalidPubKey, ErrUnauthorized, ErrUnknownAddress } from "../support/sdk-errors.ts";
import type { Decorator } from "./decorator.ts";

/** The account of a signer. Throws sdk 9 when there is none. */
export function signerAccount(ctx: Context, auth: AuthKeeper, signer: Uint8Array): Account {
  const account = auth.getAccount(ctx, signer);
  if (account === undefined) throw ErrUnknownAddress.wrap(`account ${formatAddress(signer)} does not exist`);
  return account;
}

export const setPublicKeys: Decorator = (ctx, tx, { auth, primitives }) => {
  const signers = signersOf(tx);
  const { signerInfos } = tx.authInfo;
  if (signerInfos.length !== signers.length) {
    throw ErrUnauthorized.wrap(`invalid number of signer;  expected: ${signers.length}, got ${signerInfos.length}`);
  }
  for (const [i, signer] of signers.entries()) {
    const packed = signerInfos[i]?.publicKey ?? (ctx.isSimulation ? SIMULATED_KEY : undefined);
    if (packed === undefined) continue;
    if (!ctx.isSimulation && !equalBytes(addressOfKey(primitives, unpackPublicKey(packed)), signer)) {
      const where = `${formatAddress(signer)} with signer index: ${i}`;
      throw ErrInvalidPubKey.wrap(`pubKey does not match signer address ${where}`);
    }
    const account = signerAccount(ctx, auth, signer);
    if (account.publicKey === undefined) auth.setAccount(ctx, { ...account, publicKey: packed });
  }
  for (const [i, { data, sequence }] of signaturesOf(tx).entries()) {
    ctx.events.emit(event("tx", ["acc_seq", `${formatAddress(signers[i] as Uint8Array)}/${sequence}`]));
    for (const signature of signatureBytes(data)) ctx.events.emit(event("tx", ["signature", toBase64(signature)]));
  }
  return ctx;
};
