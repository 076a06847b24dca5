/**
 * The bank module: balances and their transfer.
 * @module
 */
import type { ChainModule } from "../../baseapp/module.ts";
import type { AuthKeeper } from "../auth/keeper.ts";
import { exportBankGenesis, initBankGenesis } from "./genesis.ts";
import type { BankKeeper } from "./keeper.ts";
import { bankMessages } from "./messages.ts";
import { bankQueries } from "./queries.ts";

export function bankModule(bank: BankKeeper, auth: AuthKeeper): ChainModule {
  return {
    name: "bank",
    messages: bankMessages(bank, auth),
    queries: bankQueries(),
    initGenesis: (ctx, state) => initBankGenesis(bank, ctx, state),
    exportGenesis: (ctx) => exportBankGenesis(ctx),
  };
}
