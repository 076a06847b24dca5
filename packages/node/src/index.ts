/**
 * Composition root, configuration, lifecycle and the enclavenet command.
 * @module
 */
export { MIN_GAS_PRICES } from "./assembly/parts.ts";
export { createExecutor, type Executor, type ExecutorParts } from "./executor/executor.ts";
export { LOCAL_ACCOUNTS, type LocalAccount } from "./localnet/accounts.ts";
export { type Localnet, startLocalnet } from "./localnet/localnet.ts";
export { LOCALNET_DEFAULTS, type LocalnetOptions } from "./localnet/options.ts";
export { VERSION } from "./version.ts";
