/**
 * Environment JSON that a contract sees, byte-exact in field order because parsing costs guest gas.
 *
 * Spec: 03 §4.2 (shapes), 02 §8.1.
 * @module
 */

import { NANOS_PER_SECOND, toBase64, toHex, utf8ToBytes } from "@enclavenet/common";
import { encodeAddress } from "../account-address.ts";
import type { ContractIdentity } from "../key-guard/key-guard.ts";
import type { CallState } from "../state-proofs/block-state.ts";

/** A coin as contracts see it. */
export interface EnvCoin {
  readonly denom: string;
  readonly amount: string;
}

/** Facts of one call, all verified or derived inside the enclave. */
export interface CallEnvironment {
  readonly height: bigint;
  readonly timeNs: bigint;
  readonly chainId: string;
  /** Bech32 text; empty in queries. */
  readonly sender: string;
  readonly funds: readonly EnvCoin[];
  readonly contract: string;
  /** Lower-case hex of the running code's SHA-256. */
  readonly codeHash: string;
  /** Bytes of env.block.random; absent when the contract did not ask for it. */
  readonly random: Uint8Array | undefined;
  readonly transaction: { readonly index: number; readonly hash: string } | undefined;
}

/** Facts of a block, against which a call runs. */
export interface CallBlock {
  readonly chainId: string;
  readonly height: bigint;
  readonly timeNs: bigint;
  /** State of a contract as the call may see it; undefined where no proofs are demanded. */
  readonly state?: () => CallState | undefined;
}

/** Environment of a call of this contract in this block. */
export function callEnvironment(
  identity: ContractIdentity,
  block: CallBlock,
  call: Pick<CallEnvironment, "sender" | "funds" | "random" | "transaction">,
): CallEnvironment {
  return {
    height: block.height,
    timeNs: block.timeNs,
    chainId: block.chainId,
    contract: encodeAddress(identity.contractAddress),
    codeHash: toHex(identity.codeHash),
    ...call,
  };
}

/** Field order of coins is denom, amount. */
function coins(funds: readonly EnvCoin[]): EnvCoin[] {
  return funds.map(({ denom, amount }) => ({ denom, amount }));
}

/** v0.10: one object that carries the message's sender and funds too; time in seconds, never random. */
export function v010Env(call: CallEnvironment): Uint8Array {
  const block = `{"height":${call.height},"time":${call.timeNs / NANOS_PER_SECOND},"chain_id":${JSON.stringify(call.chainId)}}`;
  const message = JSON.stringify({ sender: call.sender, sent_funds: coins(call.funds) });
  const contract = JSON.stringify({ address: call.contract });
  return utf8ToBytes(
    `{"block":${block},"message":${message},"contract":${contract},"contract_key":null,` +
      `"contract_code_hash":${JSON.stringify(call.codeHash)},"transaction":null}`,
  );
}

/** v1 env: time in nanoseconds as text. */
export function v1Env(call: CallEnvironment): Uint8Array {
  const random = call.random === undefined ? "" : `,"random":${JSON.stringify(toBase64(call.random))}`;
  const block =
    `{"height":${call.height},"time":"${call.timeNs}",` + `"chain_id":${JSON.stringify(call.chainId)}${random}}`;
  const contract = JSON.stringify({ address: call.contract, code_hash: call.codeHash });
  const transaction =
    call.transaction === undefined
      ? "null"
      : JSON.stringify({ index: call.transaction.index, hash: call.transaction.hash });
  return utf8ToBytes(`{"block":${block},"contract":${contract},"transaction":${transaction}}`);
}

/** v1 message info. */
export function v1Info(call: CallEnvironment): Uint8Array {
  return utf8ToBytes(JSON.stringify({ sender: call.sender, funds: coins(call.funds) }));
}
