/**
 * Callbacks that no contract emitted, or not here.
 * @module
 */
import { toHex } from "@enclavenet/common";
import { encodeMsgExecuteContract, type MsgExecuteContract } from "@enclavenet/wire";
import { cut } from "../../../../../tests/support/checks.ts";
import type { Contract, World } from "../world.ts";
import { type Attack, attack } from "./attack.ts";

/** A relay from contract 1 to contract 2, up to the message that comes back. */
function relayed(world: World, contract: ReturnType<World["instantiate"]>) {
  const target = world.instantiate(2);
  const { result } = world.execute(world.bob, contract, {
    relay: {
      contract: world.bech32(target.address),
      code_hash: toHex(world.codeHash),
      msg: Buffer.from(JSON.stringify({ add: { n: 7 } })).toString("base64"),
    },
  });
  const sub = JSON.parse(result.messages[0]?.message ?? "{}").wasm.execute;
  const value = {
    sender: contract.address,
    contract: target.address,
    msg: new Uint8Array(Buffer.from(sub.msg, "base64")),
    callbackCodeHash: "",
    sentFunds: [],
    callbackSig: Uint8Array.from(sub.callback_sig),
  };
  const bringBack = (
    changes: Partial<MsgExecuteContract> = {},
    position = { txIndex: 0, msgIndex: 0 },
    nesting = 1,
    to: Contract = target,
  ) => {
    const callback = {
      typeUrl: "/secret.compute.v1beta1.MsgExecuteContract",
      value: encodeMsgExecuteContract({ ...value, ...changes }),
      nesting,
    };
    return world.run(to, { request: { origin: { ...world.origin(), ...position, callback } } });
  };
  return { bringBack };
}

const NOT_EMITTED = cut("callback-expected");

const FORGED = cut("callback-signature");

export const callbacks: readonly Attack[] = [
  attack("a callback run twice", "ValidationFailure", NOT_EMITTED, (world, contract) => {
    const { bringBack } = relayed(world, contract);
    bringBack();
    return { lie: () => bringBack(), honest: () => relayed(world, contract).bringBack() };
  }),
  attack(
    "a callback with another sender than the contract that emitted it",
    "ValidationFailure",
    NOT_EMITTED,
    (world, contract) => {
      const { bringBack } = relayed(world, contract);
      return { lie: () => bringBack({ sender: world.alice.address }), honest: () => bringBack() };
    },
  ),
  attack(
    "a callback with funds that its contract did not send",
    "ValidationFailure",
    [FORGED, NOT_EMITTED],
    (world, contract) => {
      const { bringBack } = relayed(world, contract);
      const sentFunds = [{ denom: "uscrt", amount: "1000000" }];
      return { lie: () => bringBack({ sentFunds }), honest: () => bringBack() };
    },
  ),
  attack("a callback to another contract", "ValidationFailure", NOT_EMITTED, (world, contract) => {
    const { bringBack } = relayed(world, contract);
    const astray = () => bringBack({ contract: contract.address }, undefined, 1, contract);
    return { lie: astray, honest: () => bringBack() };
  }),
  attack("a callback with a made-up signature", "ValidationFailure", FORGED, (world, contract) => {
    const { bringBack } = relayed(world, contract);
    return { lie: () => bringBack({ callbackSig: new Uint8Array(32) }), honest: () => bringBack() };
  }),
  attack(
    "a callback under another message's position",
    "PositionRejected",
    cut("callback-position"),
    (world, contract) => {
      const { bringBack } = relayed(world, contract);
      const position = { txIndex: 0, msgIndex: 1 };
      return { lie: () => bringBack({}, position), honest: () => bringBack() };
    },
  ),
  attack(
    "a callback told under another nesting, to change env.transaction.index",
    "ValidationFailure",
    cut("callback-expected", ["position.txIndex + callback.nesting", "position.txIndex + 1"]),
    (world, contract) => {
      const { bringBack } = relayed(world, contract);
      return { lie: () => bringBack({}, undefined, 5), honest: () => bringBack() };
    },
  ),
];
