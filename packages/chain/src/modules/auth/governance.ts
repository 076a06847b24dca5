/**
 * Messages that only governance may send: their authority is the account of the gov module.
 * @module
 */
import { equalBytes } from "@enclavenet/common";
import { formatAddress, parseAddress } from "../../support/address.ts";
import { plainError } from "../../support/errors.ts";
import type { AuthKeeper } from "./keeper.ts";

const GOVERNANCE = "gov";

/** Throws when `authority` is not the governance account. */
export function demandGovernance(auth: AuthKeeper, authority: string): void {
  const expected = auth.moduleAddress(GOVERNANCE);
  if (equalBytes(parseAddress(authority), expected)) return;
  throw plainError(`invalid authority; expected ${formatAddress(expected)}, got ${authority}`);
}
