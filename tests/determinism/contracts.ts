/**
 * Messages to the repository's contracts: what works, what the contract refuses, what runs out of gas, and calls of one
 * contract by another. The messages are those of contracts/README.md.
 * @module
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "./random.ts";

export const CONTRACT_NAMES = ["counter", "token", "v010-echo"] as const;
export type ContractName = (typeof CONTRACT_NAMES)[number];

export interface ContractCode {
  readonly name: ContractName;
  readonly wasm: Uint8Array;
  readonly codeHash: string;
}

/** The compiled contracts. */
export function loadCodes(artifacts: string): readonly ContractCode[] {
  return CONTRACT_NAMES.map((name) => {
    const wasm = new Uint8Array(readFileSync(join(artifacts, `${name}.wasm`)));
    return { name, wasm, codeHash: createHash("sha256").update(wasm).digest("hex") };
  });
}

export interface Contract {
  readonly code: ContractCode;
  readonly address: Uint8Array;
  readonly text: string;
}

/** What messages may refer to. */
export interface Scene {
  readonly random: Random;
  readonly contracts: readonly Contract[];
  /** Addresses of the users. */
  readonly users: readonly string[];
}

const text = (random: Random): string => "x".repeat(random.below(200));
const user = ({ random, users }: Scene): string => random.pick(users);
const amount = ({ random }: Scene, high = 500): string => `${random.between(1, high)}`;
const base64 = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString("base64");

function relay(scene: Scene, depth: number): object {
  const { random, contracts } = scene;
  const counters = contracts.filter(({ code }) => code.name !== "token");
  const callee = random.pick(counters);
  const nested = callee.code.name === "counter" && depth > 0 && random.oneIn(2);
  const msg = nested ? { relay: relay(scene, depth - 1) } : executeMessage(scene, callee.code.name, 0);
  const reply = random.oneIn(4) ? { reply_on: random.pick(["success", "error", "always"]) } : {};
  const limit = random.oneIn(6) ? { gas_limit: random.between(1_000, 100_000) } : {};
  const code_hash = random.oneIn(20) ? "00".repeat(32) : callee.code.codeHash;
  return { contract: callee.text, code_hash, msg: base64(msg), ...reply, ...limit };
}

const COUNTER: readonly (readonly [number, (scene: Scene, depth: number) => object])[] = [
  [6, () => ({ increment: {} })],
  [4, ({ random }) => ({ add: { n: random.between(-1_000_000, 1_000_000) } })],
  [1, () => ({ add: { n: "9223372036854775807" } })],
  [2, ({ random }) => ({ reset: { count: random.below(100) } })],
  [4, ({ random }) => ({ echo: { text: text(random) } })],
  [3, ({ random }) => ({ log: { text: text(random) } })],
  [3, ({ random }) => ({ fail: { text: text(random) } })],
  [2, () => ({ panic: {} })],
  [3, ({ random }) => ({ burn_gas: { iterations: random.below(200_000) } })],
  [1, () => ({ burn_gas: { iterations: 4_000_000_000 } })],
  [4, ({ random }) => ({ roll: { sides: random.between(1, 1000) } })],
  [8, (scene, depth) => (depth > 0 ? { relay: relay(scene, depth - 1) } : { increment: {} })],
  [2, (scene) => ({ pay: { to: user(scene), amount: amount(scene) } })],
  [1, () => ({ unknown_action: {} })],
];

const TOKEN: readonly (readonly [number, (scene: Scene) => object])[] = [
  [10, (scene) => ({ transfer: { recipient: user(scene), amount: amount(scene), memo: text(scene.random) } })],
  [2, (scene) => ({ transfer: { recipient: user(scene), amount: "340282366920938463463374607431768211455" } })],
  [2, (scene) => ({ send: { recipient: user(scene), amount: amount(scene) } })],
  [2, (scene) => ({ mint: { recipient: user(scene), amount: amount(scene) } })],
  [2, (scene) => ({ burn: { amount: amount(scene) } })],
  [2, () => ({ deposit: {} })],
  [2, (scene) => ({ redeem: { amount: amount(scene, 50) } })],
  [
    2,
    (scene) => ({
      batch_transfer: {
        actions: Array.from({ length: scene.random.below(4) }, () => ({
          recipient: user(scene),
          amount: amount(scene, 50),
        })),
      },
    }),
  ],
  [1, (scene) => ({ increase_allowance: { spender: user(scene), amount: amount(scene) } })],
  [1, (scene) => ({ transfer_from: { owner: user(scene), recipient: user(scene), amount: amount(scene, 50) } })],
  [1, ({ random }) => ({ create_viewing_key: { entropy: text(random) } })],
  [2, () => ({ set_viewing_key: { key: "key" } })],
  [1, () => ({ nothing_like_that: {} })],
];

const ECHO: readonly (readonly [number, (scene: Scene) => object])[] = [
  [4, () => ({ increment: {} })],
  [3, ({ random }) => ({ add: { n: random.between(-100, 100) } })],
  [3, ({ random }) => ({ echo: { text: text(random) } })],
  [1, ({ random }) => ({ fail: { text: text(random) } })],
  [1, () => ({ refuse: {} })],
];

/** A message to a contract; relays go at most `depth` calls deep. */
export function executeMessage(scene: Scene, name: ContractName, depth: number): object {
  const { random } = scene;
  if (name === "counter") return random.weighted(COUNTER)(scene, depth);
  return random.weighted(name === "token" ? TOKEN : ECHO)(scene);
}

/** The message that makes a contract. */
export function initMessage({ random, users }: Scene, name: ContractName): object {
  if (name !== "token") return { count: random.below(50) };
  const config = { public_total_supply: true, enable_mint: true, enable_burn: true, enable_deposit: true };
  return {
    ...{ name: "Private Coin", symbol: "PRIV", decimals: 6, prng_seed: "c2VlZA==" },
    initial_balances: users.map((address) => ({ address, amount: "100000" })),
    config: { ...config, enable_redeem: true },
    supported_denoms: ["uscrt"],
  };
}

/** A query of a contract, some of which ask another contract. */
export function queryMessage(scene: Scene, contract: Contract): object {
  const { random, contracts } = scene;
  if (contract.code.name === "token") {
    const key = random.pick(["key", "wrong"]);
    return random.pick<object>([
      { token_info: {} },
      { balance: { address: user(scene), key } },
      { transfer_history: { address: user(scene), key, page_size: 5 } },
    ]);
  }
  if (contract.code.name === "v010-echo") return random.pick<object>([{ get_count: {} }, { get_last_call: {} }]);
  const other = random.pick(contracts.filter(({ code }) => code.name === "counter"));
  return random.pick<object>([
    { get_count: {} },
    { get_text: {} },
    { get_count_of: { contract: other.text, code_hash: other.code.codeHash } },
    { fail: { text: "asked to" } },
  ]);
}
