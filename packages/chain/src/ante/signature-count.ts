/**
 * Limits the number of keys that sign, members of multisig keys included (spec 04 §6.1 row 11).
 * @module
 */
import { type PublicKey, unpackPublicKey } from "../modules/auth/public-key.ts";
import { ErrTooManySignatures } from "../support/sdk-errors.ts";
import type { Decorator } from "./decorator.ts";

function countKeys(key: PublicKey): number {
  return key.kind === "multisig" ? key.members.reduce((sum, member) => sum + countKeys(member), 0) : 1;
}

export const checkSignatureCount: Decorator = (ctx, tx, { auth }) => {
  const limit = auth.getParams(ctx).txSigLimit;
  let count = 0;
  for (const { publicKey } of tx.authInfo.signerInfos) {
    if (publicKey !== undefined) count += countKeys(unpackPublicKey(publicKey));
    if (BigInt(count) > limit) throw ErrTooManySignatures.wrap(`signatures: ${count}, limit: ${limit}`);
  }
  return ctx;
};
