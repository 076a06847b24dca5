/**
 * Where a contract message comes from: a user who signed the transaction, or a contract earlier in it (spec 03 §5.5,
 * 02 §3.1). The enclave checks the signature itself; the chain says which position to check.
 * @module
 */
import { equalBytes } from "@enclavenet/common";
import type { MessageOrigin } from "@enclavenet/enclave-api";
import type { Context } from "../../baseapp/context.ts";
import { signersOf } from "../../baseapp/tx.ts";
import { formatAddress } from "../../support/address.ts";
import type { AuthKeeper } from "../auth/keeper.ts";
import { ErrSignatureFailed } from "./errors.ts";

function demandSigner(sender: Uint8Array, signers: readonly Uint8Array[]): void {
  if (signers.some((signer) => equalBytes(signer, sender))) return;
  const list = signers.map(formatAddress).join(" ");
  throw ErrSignatureFailed.wrap(
    `[Compute] Message sender: ${formatAddress(sender)} is not found in the tx signer set: [${list}], ` +
      "callback signature not provided",
  );
}

/** Throws compute 16 when a message without callback signature is not signed by its sender. */
export function checkSender(ctx: Context, sender: Uint8Array, callbackSig: Uint8Array): void {
  if (callbackSig.length > 0) return;
  demandSigner(sender, ctx.tx === undefined ? [] : signersOf(ctx.tx));
}

/** Position of the running message for the enclave, and who sent it. */
export function messageOrigin(ctx: Context, auth: AuthKeeper, sender: Uint8Array): MessageOrigin {
  // Only what a contract of this transaction emitted goes in as a callback; a user's message that merely carries a
  // callback signature stays the user's, and the enclave refuses it.
  const { txIndex, msgIndex, callDepth: nesting } = ctx;
  if (ctx.callback !== undefined) {
    return { txIndex, msgIndex, callback: { ...ctx.callback, nesting }, accountNumber: 0n };
  }
  const accountNumber = auth.getAccount(ctx.unmetered(), sender)?.accountNumber ?? 0n;
  return { txIndex, msgIndex, callback: undefined, accountNumber };
}
