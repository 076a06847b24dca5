/**
 * Replies that no callee of this transaction gave, or that nobody asked for.
 * @module
 */
import { toHex } from "@enclavenet/common";
import type { ContractResult, EcallRequest } from "@enclavenet/enclave-api";
import { encodeMsgExecuteContract } from "@enclavenet/wire";
import { cut } from "../../../../../tests/support/checks.ts";
import type { Contract, World } from "../world.ts";
import { type Attack, attack, type Steps } from "./attack.ts";

type ReplyOn = "never" | "success" | "error" | "always";

function relayMsg(world: World, target: Contract, msg: unknown, replyOn: ReplyOn) {
  return {
    relay: {
      contract: world.bech32(target.address),
      code_hash: toHex(world.codeHash),
      msg: Buffer.from(JSON.stringify(msg)).toString("base64"),
      reply_on: replyOn,
    },
  };
}

/** Runs the message that `from` emitted in `result` and that calls `target`. */
function bringBack(
  world: World,
  from: Contract,
  target: Contract,
  result: ContractResult,
  nesting = 1,
): ContractResult {
  const sent = JSON.parse(result.messages[0]?.message ?? "{}").wasm.execute;
  const value = encodeMsgExecuteContract({
    sender: from.address,
    contract: target.address,
    msg: new Uint8Array(Buffer.from(sent.msg, "base64")),
    callbackCodeHash: "",
    sentFunds: [],
    callbackSig: Uint8Array.from(sent.callback_sig),
  });
  const callback = { typeUrl: "/secret.compute.v1beta1.MsgExecuteContract", value, nesting };
  return world.run(target, { request: { origin: { ...world.origin(), callback } } }).result;
}

/** Contract `from` relays `msg` to a second counter, which ran; the reply is ready for delivery. */
export function answered(world: World, from: Contract, replyOn: ReplyOn, msg: unknown = { echo: { text: "hello" } }) {
  const target = world.instantiate(2);
  const { result } = world.execute(world.bob, from, relayMsg(world, target, msg, replyOn));
  const callee = bringBack(world, from, target, result);
  return { target, callee, deliver: delivery(world, from, callee) };
}

/** Two calls of `contract` wait under one id: it relayed to itself, and then to another counter, which alone has answered. */
function waitingTwice(world: World, contract: Contract) {
  const target = world.instantiate(2);
  const inner = relayMsg(world, target, { echo: { text: "hello" } }, "always");
  const { result } = world.execute(world.bob, contract, relayMsg(world, contract, inner, "always"));
  const middle = bringBack(world, contract, contract, result);
  return delivery(world, contract, bringBack(world, contract, target, middle, 2));
}

function delivery(world: World, from: Contract, callee: ContractResult) {
  return (changes: Partial<EcallRequest<"reply">> = {}) => {
    const to = changes.contractAddress ?? from.address;
    const response = world.enclave.call(
      "reply",
      {
        origin: { txIndex: 0, msgIndex: 0, nesting: 1 },
        contractAddress: from.address,
        codeHash: world.codeHash,
        contractKey: from.key,
        gasLimit: 1_000_000_000n,
        id: 0n,
        sealed: {
          internalMsgId: callee.internalMsgId ?? new Uint8Array(0),
          signature: callee.internalReplyEnclaveSig ?? new Uint8Array(0),
        },
        error: callee.error,
        data: callee.data,
        events: [],
        ...changes,
      },
      world.host.handlers(to),
    );
    world.host.apply(to, response.result.writes);
    return response;
  };
}

const given = cut("reply-given");
const asked = cut("reply-expected");

/** A reply with something in it that is not as it was, and then as it was. */
function delivers({ deliver }: ReturnType<typeof answered>, lie: Partial<EcallRequest<"reply">>): Steps {
  return { lie: () => deliver(lie), honest: () => deliver() };
}

export const replies: readonly Attack[] = [
  attack("a reply delivered twice", "ValidationFailure", given, (world, contract) => {
    const deliver = waitingTwice(world, contract);
    deliver({ origin: { txIndex: 0, msgIndex: 0, nesting: 2 } });
    const asWaiting = () => waitingTwice(world, contract)({ origin: { txIndex: 0, msgIndex: 0, nesting: 2 } });
    return { lie: () => deliver(), honest: asWaiting };
  }),
  attack("a reply to another contract of the same code", "ValidationFailure", asked, (world, contract) => {
    const scene = answered(world, contract, "always");
    return delivers(scene, { contractAddress: scene.target.address, contractKey: scene.target.key });
  }),
  attack("a success told to a contract that asked for errors", "ValidationFailure", asked, (world, contract) => {
    const { deliver } = answered(world, contract, "error");
    return { lie: () => deliver(), honest: () => answered(world, contract, "success").deliver() };
  }),
  attack("an outcome in clear that nobody asked for", "ValidationFailure", asked, (world, contract) => {
    return delivers(answered(world, contract, "always"), { sealed: undefined, id: 99n, data: undefined });
  }),
  attack(
    "the outcome of a contract's call told in clear",
    "ValidationFailure",
    cut("reply-key", ["reply.signature !== undefined", "true"]),
    (world, contract) => {
      return delivers(answered(world, contract, "always"), { sealed: undefined, id: 7n, data: undefined });
    },
  ),
  attack("a reply without the callee's data", "ValidationFailure", cut("reply-signature"), (world, contract) => {
    return delivers(answered(world, contract, "always"), { data: undefined });
  }),
  attack(
    "a reply under another message's position",
    "PositionRejected",
    cut("callback-position"),
    (world, contract) => {
      return delivers(answered(world, contract, "always"), { origin: { txIndex: 0, msgIndex: 1, nesting: 1 } });
    },
  ),
  attack(
    "a reply told under another nesting, to change env.transaction.index",
    "ValidationFailure",
    cut("reply-key", ["reply.transactionIndex", "1"]),
    (world, contract) => {
      return delivers(answered(world, contract, "always"), { origin: { txIndex: 0, msgIndex: 0, nesting: 5 } });
    },
  ),
];
