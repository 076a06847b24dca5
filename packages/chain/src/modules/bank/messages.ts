/**
 * MsgSend and MsgMultiSend (spec 04 §6.2). UpdateParams and SetSendEnabled are signed by governance.
 * @module
 */
import { cosmosBank } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import { type MessageRoute, messageRoute } from "../../baseapp/message-route.ts";
import { formatAddress, parseAddressOr } from "../../support/address.ts";
import { addCoins, areValidCoins, type CoinText, coinsFromText, equalCoins, formatCoins } from "../../support/coins.ts";
import { ErrInvalidAddress, ErrInvalidCoins, ErrUnauthorized } from "../../support/sdk-errors.ts";
import { demandGovernance } from "../auth/governance.ts";
import type { AuthKeeper } from "../auth/keeper.ts";
import { ErrInputOutputMismatch, ErrMultipleSenders, ErrNoInputs, ErrNoOutputs } from "./errors.ts";
import type { BankKeeper, SendOutput } from "./keeper.ts";
import { BankStore } from "./store.ts";

function send(bank: BankKeeper, ctx: Context, message: cosmosBank.MsgSend): void {
  const from = parseAddressOr(message.fromAddress, (e) => ErrInvalidAddress.wrap(`invalid from address: ${e.message}`));
  const to = parseAddressOr(message.toAddress, (e) => ErrInvalidAddress.wrap(`invalid to address: ${e.message}`));
  const coins = coinsFromText(message.amount);
  if (!areValidCoins(coins) || coins.length === 0) throw ErrInvalidCoins.wrap(formatCoins(coins));
  bank.checkSendEnabled(ctx, coins);
  if (bank.isBlocked(to)) throw ErrUnauthorized.wrap(`${message.toAddress} is not allowed to receive funds`);
  bank.sendCoins(ctx, from, to, coins);
}

/** Address and coins of one side of a multi-send. */
function side(entry: { readonly address: string; readonly coins: readonly CoinText[] }, name: string): SendOutput {
  const address = parseAddressOr(entry.address, (e) => ErrInvalidAddress.wrap(`invalid ${name} address: ${e.message}`));
  const coins = coinsFromText(entry.coins);
  if (!areValidCoins(coins) || coins.length === 0) throw ErrInvalidCoins.wrap(formatCoins(coins));
  return { address, coins };
}

function multiSend(bank: BankKeeper, ctx: Context, message: cosmosBank.MsgMultiSend): void {
  const [firstInput] = message.inputs;
  if (firstInput === undefined) throw ErrNoInputs.bare();
  if (message.inputs.length !== 1) throw ErrMultipleSenders.bare();
  if (message.outputs.length === 0) throw ErrNoOutputs.bare();
  const input = side(firstInput, "input");
  const outputs = message.outputs.map((output) => side(output, "output"));
  const total = outputs.reduce((sum, output) => addCoins(sum, output.coins), [] as ReturnType<typeof addCoins>);
  if (!equalCoins(total, input.coins)) throw ErrInputOutputMismatch.bare();
  bank.checkSendEnabled(ctx, input.coins);
  for (const { address } of outputs) {
    if (bank.isBlocked(address))
      throw ErrUnauthorized.wrap(`${formatAddress(address)} is not allowed to receive funds`);
  }
  bank.inputOutputCoins(ctx, input.address, input.coins, outputs);
}

/** Routes of the bank messages. */
export function bankMessages(bank: BankKeeper, auth: AuthKeeper): readonly MessageRoute[] {
  return [
    messageRoute({
      request: cosmosBank.MsgSendSchema,
      response: cosmosBank.MsgSendResponseSchema,
      handle(ctx, message) {
        send(bank, ctx, message);
        return {};
      },
    }),
    messageRoute({
      request: cosmosBank.MsgMultiSendSchema,
      response: cosmosBank.MsgMultiSendResponseSchema,
      handle(ctx, message) {
        multiSend(bank, ctx, message);
        return {};
      },
    }),
    messageRoute({
      request: cosmosBank.MsgSetSendEnabledSchema,
      response: cosmosBank.MsgSetSendEnabledResponseSchema,
      handle(ctx, message) {
        demandGovernance(auth, message.authority);
        const store = new BankStore(ctx);
        for (const { denom, enabled } of message.sendEnabled) store.setSendEnabled(denom, enabled);
        for (const denom of message.useDefaultFor) store.deleteSendEnabled(denom);
        return {};
      },
    }),
    messageRoute({
      request: cosmosBank.MsgUpdateParamsSchema,
      response: cosmosBank.MsgUpdateParamsResponseSchema,
      handle(ctx, message) {
        demandGovernance(auth, message.authority);
        if (message.params !== undefined) new BankStore(ctx).setParams(message.params);
        return {};
      },
    }),
  ];
}
