/**
 * The ABCI application: baseapp, ante handler, modules. Synchronous and deterministic.
 * @module
 */
export { type ChainApplication, createApplication } from "./application.ts";
export { DEFAULT_AUTH_PARAMS, moduleAddress } from "./modules/auth/keeper.ts";
export type { CheckedCode, CodeChecker } from "./modules/compute/code-checker.ts";
export { type CodeStorage, MemoryCodeStorage } from "./modules/compute/code-storage.ts";
export type { EvidenceTerms } from "./modules/registration/evidence.ts";
export { type GenesisNetwork, genesisNetwork } from "./modules/registration/genesis.ts";
export type { ApplicationOptions } from "./options.ts";
export { MODULE_ACCOUNTS, STORE_NAMES } from "./registry.ts";
export { ACCOUNT_PREFIX, formatAddress, parseAddress } from "./support/address.ts";
export type { JsonValue } from "./support/json-value.ts";
export type { ChainPrimitives } from "./support/primitives.ts";
export { encodeValidatorSet } from "./validator-set.ts";
