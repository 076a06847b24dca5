/**
 * What a local network begins with: LocalSecret's accounts.
 *
 * Spec: 04 §3.3.
 * @module
 */
import type { NetworkPlan } from "../network/genesis-document.ts";
import { GENESIS_BALANCE, LOCAL_ACCOUNTS } from "./accounts.ts";

/** The accounts with their coins. */
export const LOCAL_GENESIS_ACCOUNTS = LOCAL_ACCOUNTS.map(({ address }) => ({ address, amount: GENESIS_BALANCE }));

/** The first account may revoke nodes. */
export function localPlan(chainId: string): NetworkPlan {
  return { chainId, accounts: LOCAL_GENESIS_ACCOUNTS, authority: LOCAL_ACCOUNTS[0]?.address ?? "" };
}
