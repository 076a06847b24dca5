/**
 * Numbers and orders of a contract call, written down from spec 03 §1.3, §1.4 and §2.4 for the second reckoning alone.
 * @module
 */

/** What is called. */
export type Entry = "instantiate" | "execute" | "query" | "migrate" | "reply";

/** Spec 03 §1.4, column "fixed gas". */
export const FIXED_GAS: Readonly<Record<string, bigint>> = {
  ...{ db_read: 1_000n, db_write: 2_000n, db_remove: 0n, query_chain: 0n, debug: 0n, debug_print: 0n },
  ...{ canonicalize_address: 8_192n, humanize_address: 8_192n },
  ...{ addr_canonicalize: 8_192n, addr_humanize: 8_192n, addr_validate: 8_192n },
  ...{ secp256k1_verify: 98_304n, secp256k1_recover_pubkey: 98_304n, secp256k1_sign: 100_000n },
  ...{ ed25519_verify: 73_728n, ed25519_sign: 75_000n, dcap_quote_verify: 100_000n, check_gas: 8_192n },
};
export const WRITTEN_BYTE = 5_000n;
export const BATCH = { fixed: 5_000n, each: 70_000n };
export const MALFORMED_QUERY = 500n;
export const EVAPORATE = { unit: 1_000n, least: 8_000n };

/**
 * Spec 03 §2.4: what one SDK gas of the store counts for in "externally used", and whether the written bytes' gas is
 * returned after a run that ended.
 */
export const RULES: Readonly<Record<Entry, { readonly unit: bigint; readonly refund: boolean }>> = {
  instantiate: { unit: 1n, refund: false },
  execute: { unit: 1_000n, refund: true },
  query: { unit: 1_000n, refund: false },
  migrate: { unit: 1_000n, refund: false },
  reply: { unit: 1n, refund: true },
};

export type Argument = "env" | "info" | "msg";
type Plan = readonly [exportName: string, args: readonly Argument[], allocated: readonly Argument[]];

/** Spec 03 §1.3: export, order of arguments, order of allocations. */
export const V1: Readonly<Record<Entry, Plan>> = {
  instantiate: ["instantiate", ["env", "info", "msg"], ["env", "msg", "info"]],
  execute: ["execute", ["env", "info", "msg"], ["msg", "env", "info"]],
  query: ["query", ["env", "msg"], ["msg", "env"]],
  migrate: ["migrate", ["env", "msg"], ["env", "msg"]],
  reply: ["reply", ["env", "msg"], ["msg", "env"]],
};
export const V010: Readonly<Record<Entry, Plan>> = {
  instantiate: ["init", ["env", "msg"], ["env", "msg"]],
  execute: ["handle", ["env", "msg"], ["msg", "env"]],
  query: ["query", ["msg"], ["msg"]],
  migrate: ["migrate", ["env", "msg"], ["env", "msg"]],
  reply: ["handle", ["env", "msg"], ["msg", "env"]],
};
