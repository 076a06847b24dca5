/**
 * Genesis of the auth module: parameters and accounts with their numbers.
 * @module
 */
import { cosmosAuth, create } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import { readGenesis, writeGenesis } from "../../support/genesis-json.ts";
import type { JsonValue } from "../../support/json-value.ts";
import { type Account, packAccount, unpackAccount } from "./account.ts";
import { type AuthKeeper, DEFAULT_AUTH_PARAMS, FEE_COLLECTOR } from "./keeper.ts";

/** Accounts with a number that is taken get the lowest free ones, then all are sorted by number. */
function withUniqueNumbers(accounts: readonly Account[]): Account[] {
  const taken = new Set<bigint>();
  const first: Account[] = [];
  const duplicates: Account[] = [];
  for (const account of accounts) {
    (taken.has(account.accountNumber) ? duplicates : first).push(account);
    taken.add(account.accountNumber);
  }
  duplicates.sort((a, b) => Number(a.accountNumber - b.accountNumber));
  let free = 0n;
  const renumbered = duplicates.map((account) => {
    while (taken.has(free)) free++;
    taken.add(free);
    return { ...account, accountNumber: free };
  });
  return [...first, ...renumbered].sort((a, b) => (a.accountNumber < b.accountNumber ? -1 : 1));
}

export function initAuthGenesis(auth: AuthKeeper, ctx: Context, json: JsonValue): void {
  const state = readGenesis(cosmosAuth.GenesisStateSchema, json);
  auth.setParams(ctx, state.params ?? create(cosmosAuth.ParamsSchema, DEFAULT_AUTH_PARAMS));
  let last = -1n;
  for (const account of withUniqueNumbers(state.accounts.map(unpackAccount))) {
    while (last < account.accountNumber) last = auth.nextAccountNumber(ctx);
    auth.setAccount(ctx, account);
  }
  auth.getModuleAccount(ctx, FEE_COLLECTOR);
}

export function exportAuthGenesis(auth: AuthKeeper, ctx: Context): JsonValue {
  const state = create(cosmosAuth.GenesisStateSchema, {
    params: auth.getParams(ctx),
    accounts: auth.accounts(ctx).map(packAccount),
  });
  return writeGenesis(cosmosAuth.GenesisStateSchema, state);
}
