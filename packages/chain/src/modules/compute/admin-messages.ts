/**
 * Messages that administer contracts: stateless checks, handlers and their events (spec 03 §5.3–5.4).
 * @module
 */
import { secretCompute } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import { type MessageRoute, messageRoute } from "../../baseapp/message-route.ts";
import { parseAddress } from "../../support/address.ts";
import { event } from "../../support/events.ts";
import { ErrInvalidRequest } from "../../support/sdk-errors.ts";
import type { ContractAdministration } from "./administration.ts";
import { ErrInvalidMsg } from "./errors.ts";
import { checkAddresses, moduleAttributes } from "./messages.ts";

function checkMigrate({ sender, contract, codeId }: secretCompute.MsgMigrateContract): void {
  if (codeId === 0n) throw ErrInvalidRequest.wrap("code_id is required");
  checkAddresses(sender, contract);
}

function checkUpdateAdmin({ sender, contract, newAdmin }: secretCompute.MsgUpdateAdmin): void {
  checkAddresses(sender, contract, newAdmin);
  if (newAdmin === sender) throw ErrInvalidMsg.wrap("new admin is the same as the old");
}

function begin(ctx: Context, sender: string): void {
  ctx.events.emit(event("message", ...moduleAttributes(sender)));
}

function parties({ sender, contract, callbackSig }: { sender: string; contract: string; callbackSig: Uint8Array }) {
  return { caller: parseAddress(sender), contract: parseAddress(contract), callbackSig };
}

/** Routes of the administration messages. */
export function adminMessages(administration: ContractAdministration): readonly MessageRoute[] {
  return [
    messageRoute({
      request: secretCompute.MsgMigrateContractSchema,
      response: secretCompute.MsgMigrateContractResponseSchema,
      validateBasic: checkMigrate,
      handle(ctx, message) {
        begin(ctx, message.sender);
        const { codeId, msg } = message;
        return { data: administration.migrate(ctx, { ...parties(message), codeId, msg }) };
      },
    }),
    messageRoute({
      request: secretCompute.MsgUpdateAdminSchema,
      response: secretCompute.MsgUpdateAdminResponseSchema,
      validateBasic: checkUpdateAdmin,
      handle(ctx, message) {
        begin(ctx, message.sender);
        administration.updateAdmin(ctx, { ...parties(message), newAdmin: message.newAdmin });
        return {};
      },
    }),
    messageRoute({
      request: secretCompute.MsgClearAdminSchema,
      response: secretCompute.MsgClearAdminResponseSchema,
      validateBasic: ({ sender, contract }) => checkAddresses(sender, contract),
      handle(ctx, message) {
        begin(ctx, message.sender);
        administration.clearAdmin(ctx, parties(message));
        return {};
      },
    }),
  ];
}
