/**
 * Who decides about a network's nodes and seeds. Today one account; what a vote of the validators approves will be another rule.
 * @module
 */
import { equalBytes } from "@enclavenet/common";
import type { Context } from "../../baseapp/context.ts";
import { RegistrationStore } from "./store.ts";

/** Deterministic: a function of state and message. */
export interface Approval {
  /** Whether `sender` may have this done in the block that runs. */
  approves(ctx: Context, sender: Uint8Array): boolean;
}

/** The account that genesis names; nobody when it names none. */
export const authorityApproves: Approval = {
  approves(ctx, sender) {
    const { authority } = new RegistrationStore(ctx);
    return authority !== undefined && equalBytes(authority, sender);
  },
};
