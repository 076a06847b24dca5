/**
 * Consensus engines: the embedded single validator with blocks that are valid CometBFT blocks.
 * @module
 */
export * from "./base/block-types.ts";
export type * from "./base/chain-types.ts";
export { type Ed25519Signer, ed25519Signer, type SigningPrimitives } from "./base/ed25519.ts";
export { type CompositeKeys, compositeKeys, type EngineEvent } from "./base/events.ts";
export { formatRfc3339, parseRfc3339, tryParseRfc3339 } from "./base/rfc3339.ts";
export { systemTimers, type Timers } from "./base/timers.ts";
export type { EmbeddedEngineModules, EmbeddedEngineOptions } from "./embedded/embedded-engine.ts";
export { EmbeddedEngine } from "./embedded/embedded-engine.ts";
export {
  AUTO_DEFAULTS,
  type ChainSituation,
  type Decision,
  decideProduction,
  type ProductionMode,
} from "./embedded/production-plan.ts";
export type { ConsensusEngine } from "./engine.ts";
export type { OnFinality } from "./execution/executor.ts";
export { FollowEngine } from "./follow/follow-engine.ts";
export type { FollowEngineModules, FollowEngineOptions, FollowProgress } from "./follow/follow-options.ts";
export { downloadGenesis } from "./follow/source/genesis.ts";
export { callOne, type RpcCall } from "./follow/source/json-rpc.ts";
export { httpTransport, type RequestLimits, type RpcTransport } from "./follow/source/transport.ts";
export * from "./genesis/genesis-document.ts";
export * from "./mempool/errors.ts";
export {
  DEFAULT_MEMPOOL_LIMITS,
  Mempool,
  type MempoolLimits,
  type MempoolModules,
  txSizeInBlock,
} from "./mempool/mempool.ts";
export * from "./privval/private-validator.ts";
export * from "./privval/sign-state.ts";
export * from "./privval/validator-key.ts";
export { matchesCondition, matchesEvent } from "./query/match-query.ts";
export * from "./query/parse-query.ts";
export type * from "./reader.ts";
export type { SearchLimits } from "./search/search.ts";
export { backendDatabase } from "./storage/backend-database.ts";
export type { EngineDatabase, Entry, WriteOp } from "./storage/database.ts";
export { decodeResults, decodeTxResult, encodeResults, encodeTxResult } from "./storage/result-records.ts";
export { incrementPriorities, totalPower } from "./validators/proposer-priority.ts";
export * from "./validators/validator-set.ts";
