/**
 * THE list of modules: the only place where a module is added. Order is the order of genesis and of block hooks.
 *
 * Spec: 04 §7.1 (stores), §4.2 (module accounts).
 * @module
 */
import type { Enclave } from "@enclavenet/enclave-api";
import { runAnteHandler } from "./ante/ante-handler.ts";
import { MessageRouter } from "./baseapp/message-router.ts";
import type { ChainModule, ModuleAccountPermission } from "./baseapp/module.ts";
import type { QueryRoute } from "./baseapp/query-route.ts";
import { QueryRouter } from "./baseapp/query-router.ts";
import type { AnteHandler } from "./baseapp/run-tx.ts";
import { AuthKeeper } from "./modules/auth/keeper.ts";
import { authModule } from "./modules/auth/module.ts";
import { BankKeeper } from "./modules/bank/keeper.ts";
import { bankModule } from "./modules/bank/module.ts";
import type { CodeChecker } from "./modules/compute/code-checker.ts";
import type { CodeStorage } from "./modules/compute/code-storage.ts";
import type { ProveRecords } from "./modules/compute/keeper.ts";
import { computeModule } from "./modules/compute/module.ts";
import { registrationModules } from "./modules/registration/module.ts";
import type { GasPrice } from "./support/decimal.ts";
import type { ChainPrimitives } from "./support/primitives.ts";
import { withSignatureCache } from "./support/signature-cache.ts";

/** Every store that is mounted, all of them in the app hash. The misspelt name is upstream's. */
export const STORE_NAMES = [
  "acc",
  "authz",
  "bank",
  "capability",
  "circuit",
  "compute",
  "consensus",
  "cron",
  "distribution",
  "emergencybutton",
  "evidence",
  "feegrant",
  "feeibc",
  "gov",
  "hooks-for-ibc",
  "ibc",
  "icacontroller",
  "icahost",
  "mint",
  "packetfowardmiddleware",
  "params",
  "register",
  "slashing",
  "staking",
  "transfer",
  "upgrade",
] as const;

/** Accounts of modules, also of those that have no code yet: their addresses are known to clients. */
export const MODULE_ACCOUNTS: readonly ModuleAccountPermission[] = [
  { name: "fee_collector", permissions: [], receivesFunds: false },
  { name: "distribution", permissions: [], receivesFunds: true },
  { name: "mint", permissions: ["minter"], receivesFunds: false },
  { name: "bonded_tokens_pool", permissions: ["burner", "staking"], receivesFunds: false },
  { name: "not_bonded_tokens_pool", permissions: ["burner", "staking"], receivesFunds: false },
  { name: "gov", permissions: ["burner"], receivesFunds: false },
  { name: "transfer", permissions: ["minter", "burner"], receivesFunds: false },
  { name: "interchainaccounts", permissions: [], receivesFunds: false },
  { name: "feeibc", permissions: [], receivesFunds: false },
  { name: "emergencybutton", permissions: [], receivesFunds: false },
  { name: "compute", permissions: ["burner"], receivesFunds: false },
  { name: "cron", permissions: [], receivesFunds: false },
];

export interface RegistryOptions {
  readonly enclave: Enclave;
  readonly codeChecker: CodeChecker;
  readonly codeStorage: CodeStorage;
  readonly primitives: ChainPrimitives;
  readonly proveRecords: ProveRecords;
  readonly contractQueryGasLimit: bigint;
  readonly minGasPrices: readonly GasPrice[];
  /** Query methods of the application itself. */
  readonly queries: readonly QueryRoute[];
}

/** The modules and everything that is made of them. */
export interface Registry {
  readonly modules: readonly ChainModule[];
  readonly messages: MessageRouter;
  readonly queries: QueryRouter;
  readonly ante: AnteHandler;
}

export function createRegistry(options: RegistryOptions): Registry {
  const { primitives, minGasPrices } = options;
  const auth = new AuthKeeper(primitives, MODULE_ACCOUNTS);
  const bank = new BankKeeper(auth, MODULE_ACCOUNTS);
  const modules: readonly ChainModule[] = [
    authModule(auth),
    bankModule(bank, auth),
    ...registrationModules({ ...options, auth }),
    computeModule({
      ...options,
      auth,
      bank,
      queryGasLimit: options.contractQueryGasLimit,
      messageRouter: () => messages,
      queryRouter: () => queries,
    }),
  ];
  const messages = new MessageRouter(modules.flatMap((module) => module.messages));
  const queries = new QueryRouter([...modules.flatMap((module) => module.queries), ...options.queries]);
  const tools = { auth, bank, primitives: withSignatureCache(primitives), minGasPrices };
  return { modules, messages, queries, ante: (ctx, tx) => runAnteHandler(ctx, tx, tools) };
}
