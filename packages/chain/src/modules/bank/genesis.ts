/**
 * Genesis of the bank module: balances, and the supply that is their sum.
 * @module
 */
import { compareBytes } from "@enclavenet/common";
import { cosmosBank, create } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import { formatAddress, parseAddressOr } from "../../support/address.ts";
import {
  addCoins,
  type Coin,
  coinsFromText,
  coinsToText,
  equalCoins,
  formatCoins,
  sortCoins,
} from "../../support/coins.ts";
import { genesisError, readGenesis, writeGenesis } from "../../support/genesis-json.ts";
import type { JsonValue } from "../../support/json-value.ts";
import type { BankKeeper } from "./keeper.ts";
import { BankStore } from "./store.ts";

interface Balance {
  readonly address: Uint8Array;
  readonly coins: readonly Coin[];
}

function readBalance({ address, coins }: cosmosBank.Balance): Balance {
  return {
    address: parseAddressOr(address, (e) => genesisError(`bank: ${e.message}`)),
    coins: sortCoins(coinsFromText(coins)),
  };
}

export function initBankGenesis(bank: BankKeeper, ctx: Context, json: JsonValue): void {
  const state = readGenesis(cosmosBank.GenesisStateSchema, json);
  const store = new BankStore(ctx);
  store.setParams(state.params ?? create(cosmosBank.ParamsSchema, { defaultSendEnabled: true }));
  for (const { denom, enabled } of state.sendEnabled) store.setSendEnabled(denom, enabled);
  const balances = state.balances.map(readBalance).sort((a, b) => compareBytes(a.address, b.address));
  let total: readonly Coin[] = [];
  for (const { address, coins } of balances) {
    bank.initBalances(ctx, address, coins);
    total = addCoins(total, coins);
  }
  const declared = sortCoins(coinsFromText(state.supply));
  if (declared.length > 0 && !equalCoins(declared, total)) {
    throw genesisError(`genesis supply is incorrect, expected ${formatCoins(declared)}, got ${formatCoins(total)}`);
  }
  for (const coin of total) store.setSupply(coin);
  for (const metadata of state.denomMetadata) store.setMetadata(metadata);
}

export function exportBankGenesis(ctx: Context): JsonValue {
  const store = new BankStore(ctx);
  const balances: { address: string; coins: { denom: string; amount: string }[] }[] = [];
  for (const { address, coin } of store.allBalances()) {
    const text = formatAddress(address);
    const last = balances.at(-1);
    if (last?.address === text) last.coins.push(...coinsToText([coin]));
    else balances.push({ address: text, coins: coinsToText([coin]) });
  }
  const state = create(cosmosBank.GenesisStateSchema, {
    params: store.params(),
    balances,
    supply: coinsToText(store.supplies()),
    denomMetadata: store.allMetadata(),
    sendEnabled: store.allSendEnabled(),
  });
  return writeGenesis(cosmosBank.GenesisStateSchema, state);
}
