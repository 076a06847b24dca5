/**
 * The compute module: secret contracts.
 * @module
 */
import type { Enclave } from "@enclavenet/enclave-api";
import type { MessageRouter } from "../../baseapp/message-router.ts";
import type { ChainModule } from "../../baseapp/module.ts";
import type { QueryRouter } from "../../baseapp/query-router.ts";
import type { ChainPrimitives } from "../../support/primitives.ts";
import type { AuthKeeper } from "../auth/keeper.ts";
import type { BankKeeper } from "../bank/keeper.ts";
import { adminMessages } from "./admin-messages.ts";
import { ContractAdministration } from "./administration.ts";
import { queryChain } from "./chain-queries.ts";
import type { CodeChecker } from "./code-checker.ts";
import type { CodeStorage } from "./code-storage.ts";
import { MessageDispatcher } from "./dispatch/dispatcher.ts";
import { exportComputeGenesis, initComputeGenesis } from "./genesis.ts";
import { governanceMessages } from "./governance.ts";
import { ComputeKeeper, type ProveRecords } from "./keeper.ts";
import { computeMessages } from "./messages.ts";
import { computeQueries } from "./queries.ts";
import { ContractReplies } from "./replies.ts";

export interface ComputeModuleOptions {
  readonly auth: AuthKeeper;
  readonly bank: BankKeeper;
  readonly enclave: Enclave;
  readonly codeChecker: CodeChecker;
  readonly codeStorage: CodeStorage;
  readonly primitives: ChainPrimitives;
  readonly proveRecords: ProveRecords;
  readonly queryGasLimit: bigint;
  /** Routers hold this module's own routes, so they are asked for when they are needed. */
  readonly messageRouter: () => MessageRouter;
  readonly queryRouter: () => QueryRouter;
}

export function computeModule(options: ComputeModuleOptions): ChainModule {
  const { bank, codeChecker, codeStorage, queryGasLimit } = options;
  const keeper: ComputeKeeper = new ComputeKeeper({
    ...options,
    dispatcher: new MessageDispatcher(options.messageRouter, () => replies),
    querier: (ctx, request, depth, gasLimit) => {
      const route = (path: string) => options.queryRouter().find(path)?.handle;
      return queryChain({ bank, keeper, route }, ctx, request, depth, gasLimit);
    },
  });
  const replies = new ContractReplies(options.enclave, keeper.steps);
  const administration = new ContractAdministration(options, keeper.steps);
  return {
    name: "compute",
    messages: [
      ...computeMessages(keeper, options),
      ...adminMessages(administration),
      ...governanceMessages(options.auth),
    ],
    queries: computeQueries({ keeper, codeChecker, codeStorage, gasLimit: queryGasLimit }),
    initGenesis: (ctx, state) => initComputeGenesis(options, ctx, state),
    exportGenesis: (ctx) => exportComputeGenesis(codeStorage, ctx),
  };
}
