/**
 * A token with three accounts, and its private answers as plain objects.
 * @module
 */
import { address, artifact, dataOf, type Json, TestContract } from "./contract.ts";

export const alice = address(1);
export const bob = address(2);
export const carol = address(3);
export const everything = {
  public_total_supply: true,
  enable_deposit: true,
  enable_redeem: true,
  enable_mint: true,
  enable_burn: true,
};

/** Description of a token in which alice has 1000 and is the admin. */
export const description = {
  name: "Private Dollar",
  symbol: "PUSD",
  decimals: 6,
  initial_balances: [{ address: alice, amount: "1000" }],
  prng_seed: "c2VlZA==",
  config: everything,
};

export function deploy(overrides: { readonly [key: string]: Json } = {}): TestContract {
  const token = new TestContract(artifact("token.wasm"));
  token.instantiate({ ...description, ...overrides }, { sender: alice });
  return token;
}

/** The key that tests use for an account. */
export const keyOf = (owner: string): string => `key of ${owner}`;

/** Gives keys to accounts. */
export function withKeys(token: TestContract, ...owners: readonly string[]): TestContract {
  for (const owner of owners) token.execute({ set_viewing_key: { key: keyOf(owner) } }, { sender: owner });
  return token;
}

export function balance(token: TestContract, owner: string): string {
  withKeys(token, owner);
  const answer = token.query({ balance: { address: owner, key: keyOf(owner) } });
  return (answer as { balance: { amount: string } }).balance.amount;
}

export interface History {
  readonly txs: readonly { readonly [key: string]: Json }[];
  readonly total: number;
}

export function history(
  token: TestContract,
  kind: "transfer" | "transaction",
  owner: string,
  page = 0,
  page_size = 50,
) {
  withKeys(token, owner);
  const name = `${kind}_history`;
  const answer = token.query({ [name]: { address: owner, key: keyOf(owner), page, page_size } });
  return (answer as unknown as Record<string, History>)[name] as History;
}

/** Answer in the data of an execution. */
export function answerOf(response: Parameters<typeof dataOf>[0]): Json {
  return JSON.parse(dataOf(response)) as Json;
}

/** The answer of a successful action. */
export const success = (name: string): Json => ({ [name]: { status: "success" } });
