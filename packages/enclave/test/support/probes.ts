/**
 * Other codes than the counter, and calls of the probes in `contracts/`, which show what they were called with.
 * @module
 */
import { readFileSync } from "node:fs";
import { bytesToUtf8, toHex } from "@enclavenet/common";
import type { ContractResult, EcallRequest } from "@enclavenet/enclave-api";
import { encodeMsgExecuteContract } from "@enclavenet/wire";
import { type AnyMessage, type BlockOptions, executeMsg, instantiateMsg, signTx, type User } from "./chain.ts";
import { type Contract, GAS, type Made, type World } from "./world.ts";

/** A contract of another code than the world's. */
export interface OtherContract extends Contract {
  readonly codeHash: Uint8Array;
}

export function artifact(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../../../contracts/artifacts/${name}.wasm`, import.meta.url)));
}

/** Makes a code known to the host; returns its hash. */
export function addCode(world: World, wasm: Uint8Array): Uint8Array {
  const hash = world.primitives.sha256(wasm);
  world.host.codes.set(toHex(hash), wasm);
  return hash;
}

/** A contract of this code, made by alice in a block of its own. */
export function instantiateCode(
  world: World,
  n: number,
  wasm: Uint8Array,
  init: unknown,
): OtherContract & Made & { readonly message: Uint8Array } {
  const codeHash = addCode(world, wasm);
  const message = world.alice.encrypt(world.ioPublicKey, codeHash, init);
  world.begin([signTx(world.alice, [instantiateMsg(world.alice.address, message, `code ${n}`)])]);
  const made = world.runInstantiate(n, codeHash);
  world.end();
  return { ...made, codeHash, message };
}

export type Step = { readonly [name: string]: unknown };

export const steps = (...list: readonly Step[]) => ({ run: { steps: list } });

/** Shows an input of the call as data. */
export const show = (name: "env" | "info" | "msg"): Step => ({ input: { name } });

export interface StepsMessage {
  readonly any: AnyMessage;
  /** The encrypted message in it. */
  readonly msg: Uint8Array;
}

/** The message of `user` that makes `to` run steps. */
export function stepsMessage(
  world: World,
  user: User,
  to: OtherContract,
  list: readonly Step[],
  sentFunds: { readonly denom: string; readonly amount: string }[] = [],
): StepsMessage {
  const msg = user.encrypt(world.ioPublicKey, to.codeHash, steps(...list));
  return { msg, any: executeMsg({ sender: user.address, contract: to.address, msg, sentFunds }) };
}

/** Asks `to` to run steps, as bob; the answer's text. */
export function askSteps(
  world: World,
  to: OtherContract,
  list: readonly Step[],
  request: Partial<EcallRequest<"query">> = {},
): string {
  const query = world.bob.encrypt(world.ioPublicKey, to.codeHash, steps(...list));
  const header = world.chain.last?.header;
  const answer = world.enclave.call(
    "query",
    {
      ...{ contractAddress: to.address, codeHash: to.codeHash, contractKey: to.key, query, depth: 1, gasLimit: GAS },
      ...{ height: header?.height ?? 0n, timeNs: header?.timeNs ?? 0n },
      ...request,
    },
    world.host.handlers(to.address),
  );
  if (answer.error !== undefined) throw new Error(`the query failed: ${answer.error}`);
  const opened = world.bob.open(world.ioPublicKey, query, answer.data ?? new Uint8Array(0));
  if (opened === undefined) throw new Error("the answer does not open");
  return bytesToUtf8(opened);
}

/** Runs the message at a position of the open block. */
export function runAt(world: World, to: OtherContract, origin: EcallRequest<"execute">["origin"]): ContractResult {
  const { result } = world.run(to, { request: { origin, codeHash: to.codeHash } });
  world.host.apply(to.address, result.writes);
  return result;
}

/** Text of the data that a call of `user` with `message` gave. */
export function textOf(
  world: World,
  user: User,
  { msg }: { readonly msg: Uint8Array },
  result: ContractResult,
): string {
  const sealed = result.data ?? new Uint8Array(0);
  const opened = user.open(world.ioPublicKey, msg, sealed);
  if (opened === undefined) throw new Error(`no data for this user: ${result.error}`);
  return bytesToUtf8(opened);
}

export interface Shown {
  /** What the contract showed. */
  readonly text: string;
  readonly result: ContractResult;
  readonly transaction: Uint8Array;
}

/** Runs steps in a block of their own. */
export function runSteps(
  world: World,
  user: User,
  to: OtherContract,
  list: readonly Step[],
  options: { funds?: { readonly denom: string; readonly amount: string }[]; block?: BlockOptions } = {},
): Shown {
  const { any, msg } = stepsMessage(world, user, to, list, options.funds);
  const transaction = signTx(user, [any]);
  world.begin([transaction], options.block);
  const result = runAt(world, to, world.origin());
  world.end();
  return { text: result.data === undefined ? "" : textOf(world, user, { msg }, result), result, transaction };
}

/** The origin of the only message that a contract emitted in `result`, brought back by the chain. */
export function callbackOf(
  world: World,
  result: ContractResult,
  from: Contract,
  to: Contract,
  nesting: number,
): EcallRequest<"execute">["origin"] {
  const sent = JSON.parse(result.messages[0]?.message ?? "{}").wasm.execute;
  const value = encodeMsgExecuteContract({
    sender: from.address,
    contract: to.address,
    msg: new Uint8Array(Buffer.from(sent.msg, "base64")),
    callbackCodeHash: "",
    sentFunds: sent.send,
    callbackSig: Uint8Array.from(sent.callback_sig),
  });
  return {
    ...world.origin(),
    callback: { typeUrl: "/secret.compute.v1beta1.MsgExecuteContract", value, nesting },
  };
}

/** A v1 message that makes `to` run steps, as a contract emits it. */
export function calling(
  world: World,
  to: OtherContract,
  list: readonly Step[],
  { replyOn = "never", id = 0 }: { replyOn?: string; id?: number } = {},
): Step {
  const msg = Buffer.from(JSON.stringify(steps(...list))).toString("base64");
  const execute = { contract_addr: world.bech32(to.address), code_hash: toHex(to.codeHash), msg, send: [] };
  const sub = { id, msg: { wasm: { execute } }, gas_limit: null, reply_on: replyOn };
  return { emit: { messages: [JSON.stringify(sub)] } };
}
