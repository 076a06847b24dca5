/**
 * A token on the real network, as its users have it: through the unmodified client, with accounts that have viewing keys.
 * @module
 */
import { fromUtf8, MsgExecuteContractResponse, type SecretNetworkClient, type TxResponse } from "secretjs";
import {
  clientOf,
  type Deployed,
  deploy,
  execute,
  type Localnet,
  MNEMONICS,
  startLocalnet,
} from "../../../tests/support/localnet.ts";
import { everything } from "./token.ts";

/** Who uses the token. `a` is its admin and has all 100000 tokens of the start. */
export type Name = keyof typeof MNEMONICS;

export interface Network {
  readonly net: Localnet;
  readonly token: Deployed;
  readonly accounts: Record<Name, SecretNetworkClient>;
}

export const INITIAL = 100_000;

/** Starts a network, makes a token and gives every account the viewing key `key of <name>`. */
export async function startWithToken(overrides: object = {}): Promise<Network> {
  const net = await startLocalnet();
  const names = Object.keys(MNEMONICS) as Name[];
  const accounts = Object.fromEntries(
    names.map((name) => [name, clientOf(net.ready, MNEMONICS[name])]),
  ) as unknown as Network["accounts"];
  const token = await deploy(accounts.a, "token", {
    name: "Private Coin",
    symbol: "PRIV",
    decimals: 6,
    prng_seed: "c2VlZA==",
    initial_balances: [{ address: accounts.a.address, amount: `${INITIAL}` }],
    config: everything,
    ...overrides,
  });
  for (const name of names) await succeed(accounts[name], token, { set_viewing_key: { key: `key of ${name}` } });
  return { net, token, accounts };
}

/** Executes, and fails the test unless the chain took it. */
export async function succeed(
  client: SecretNetworkClient,
  contract: Deployed,
  msg: object,
  funds?: string,
): Promise<TxResponse> {
  const tx = await execute(client, contract, msg, funds === undefined ? {} : { funds });
  if (tx.code !== 0) throw new Error(`${JSON.stringify(msg)} failed: ${tx.rawLog}`);
  return tx;
}

/** Executes, and returns the reason of the failure, which the test wants; a success fails it. */
export async function refusal(
  client: SecretNetworkClient,
  contract: Deployed,
  msg: object,
  funds?: string,
): Promise<string> {
  const tx = await execute(client, contract, msg, funds === undefined ? {} : { funds });
  if (tx.code === 0) throw new Error(`${JSON.stringify(msg)} went through`);
  return tx.rawLog;
}

/** The decrypted answer of an execution. */
export function answerOf(tx: TxResponse): unknown {
  return JSON.parse(fromUtf8(MsgExecuteContractResponse.decode(tx.data[0] as Uint8Array).data));
}

/** A query's decrypted answer; a contract's error is a text in it. */
export function ask<T>(client: SecretNetworkClient, contract: Deployed, query: object): Promise<T> {
  return client.query.compute.queryContract<object, T>({
    contract_address: contract.address,
    code_hash: contract.codeHash,
    query,
  });
}

/** Contract and address as the client's token queries want them. */
export const contractOf = (contract: Deployed) => ({ address: contract.address, code_hash: contract.codeHash });

/** What an account has of the token, by its viewing key. */
export async function balanceOf({ token, accounts }: Network, name: Name): Promise<number> {
  const { address, query } = accounts[name];
  const auth = { key: `key of ${name}` };
  const { balance } = await query.snip20.getBalance({ contract: contractOf(token), address, auth });
  return Number(balance.amount);
}

/** What an account or contract has of the chain's own coin. */
export async function coinsOf(client: SecretNetworkClient, address: string): Promise<bigint> {
  const { balance } = await client.query.bank.balance({ address, denom: "uscrt" });
  return BigInt(balance?.amount ?? "0");
}

/** What the sender paid for a transaction. */
export const feeOf = (tx: TxResponse): bigint => BigInt(tx.tx.auth_info?.fee?.amount?.[0]?.amount ?? "0");
