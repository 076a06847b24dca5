/**
 * Contracts that are bound to governance: each migration and each change of admin needs an approval, which holds once.
 *
 * Spec: 03 §5.3 (rules and texts), §5.1 (records), §5.4 (events). Approvals come from the account of the gov module alone.
 * @module
 */
import { secretCompute } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import { type MessageRoute, messageRoute } from "../../baseapp/message-route.ts";
import { formatAddress, parseAddress } from "../../support/address.ts";
import { event } from "../../support/events.ts";
import { ErrInvalidRequest, ErrUnauthorized } from "../../support/sdk-errors.ts";
import { demandGovernance } from "../auth/governance.ts";
import type { AuthKeeper } from "../auth/keeper.ts";
import { ErrComputeNotFound, ErrMigrateFailed } from "./errors.ts";
import { checkAddresses, moduleAttributes } from "./messages.ts";
import { ComputeStore } from "./store.ts";

/** Throws unless governance approved the migration of a contract that is bound to it. */
export function demandApprovedMigration(ctx: Context, contract: Uint8Array, codeId: bigint): void {
  const approved = new ComputeStore(ctx).approvedCode(formatAddress(contract));
  if (approved === undefined) throw ErrMigrateFailed.wrap("requires governance approval for migration");
  if (approved !== codeId) throw ErrMigrateFailed.wrap("mismatch code id for migration");
}

/** Throws unless governance approved the next admin of a contract that is bound to it; `newAdmin` is empty for nobody. */
export function demandApprovedAdmin(ctx: Context, contract: Uint8Array, newAdmin: string): void {
  const approved = new ComputeStore(ctx).approvedAdmin(formatAddress(contract));
  if (approved === undefined) throw ErrUnauthorized.wrap("requires governance approval for admin change");
  if (approved !== newAdmin) {
    throw ErrUnauthorized.wrap(`admin mismatch: governance authorized '${approved}', attempting '${newAdmin}'`);
  }
}

/** Binds a contract to governance, at the word of its admin and for ever. */
function bind(ctx: Context, { sender, contractAddress }: secretCompute.MsgSetContractGovernance): void {
  const store = new ComputeStore(ctx);
  const address = parseAddress(contractAddress);
  const info = store.contract(address);
  if (info === undefined) throw ErrComputeNotFound.wrap("contract");
  if (info.admin !== formatAddress(parseAddress(sender))) {
    throw ErrUnauthorized.wrap("only contract admin can change governance requirement");
  }
  store.setContract(address, { ...info, requireGovernance: true });
}

/** Writes down what governance approves; a later approval replaces an earlier one of the same contract. */
function approve(ctx: Context, proposal: secretCompute.MsgContractGovernanceProposal): void {
  const store = new ComputeStore(ctx);
  const announce = (address: string, what: readonly [string, string]) =>
    ctx.events.emit(
      event("contract_governance_proposal", ["contract_address", address], what, ["sender", proposal.authority]),
    );
  for (const { address, newCodeId } of proposal.contracts) {
    store.setApprovedCode(formatAddress(parseAddress(address)), newCodeId);
    announce(address, ["code_id", `${newCodeId}`]);
  }
  for (const { address, newAdmin } of proposal.adminUpdates) {
    store.setApprovedAdmin(formatAddress(parseAddress(address)), newAdmin);
    announce(address, ["new_admin", newAdmin]);
  }
}

/** The lists are as long as a transaction lets them be, so they are gone through one by one. */
function checkProposal({ authority, contracts, adminUpdates }: secretCompute.MsgContractGovernanceProposal): void {
  checkAddresses(authority);
  for (const { address, newCodeId } of contracts) {
    checkAddresses(address);
    if (newCodeId === 0n) throw ErrInvalidRequest.wrap("code_id is required");
  }
  for (const { address, newAdmin } of adminUpdates) {
    checkAddresses(address);
    if (newAdmin !== "") checkAddresses(newAdmin);
  }
}

/** Routes of the governance messages. */
export function governanceMessages(auth: AuthKeeper): readonly MessageRoute[] {
  return [
    messageRoute({
      request: secretCompute.MsgSetContractGovernanceSchema,
      response: secretCompute.MsgSetContractGovernanceResponseSchema,
      validateBasic: ({ sender, contractAddress }) => checkAddresses(sender, contractAddress),
      handle(ctx, message) {
        bind(ctx, message);
        const bound = [
          ["contract_address", message.contractAddress],
          ["require_governance", "true"],
        ] as const;
        ctx.events.emit(event("message", ...moduleAttributes(message.sender), ...bound));
        return {};
      },
    }),
    messageRoute({
      request: secretCompute.MsgContractGovernanceProposalSchema,
      response: secretCompute.MsgContractGovernanceProposalResponseSchema,
      validateBasic: checkProposal,
      handle(ctx, message) {
        demandGovernance(auth, message.authority);
        approve(ctx, message);
        return {};
      },
    }),
  ];
}
