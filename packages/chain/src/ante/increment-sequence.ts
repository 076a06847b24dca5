/**
 * Advances the sequence of every signer, also for transactions that fail later (spec 04 §6.1 row 14).
 * @module
 */
import { signersOf } from "../baseapp/tx.ts";
import type { Decorator } from "./decorator.ts";
import { signerAccount } from "./set-public-keys.ts";

export const incrementSequences: Decorator = (ctx, tx, { auth }) => {
  for (const signer of signersOf(tx)) {
    const account = signerAccount(ctx, auth, signer);
    auth.setAccount(ctx, { ...account, sequence: account.sequence + 1n });
  }
  return ctx;
};
