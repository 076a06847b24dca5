/**
 * What contracts see of block, message and transaction: byte for byte, because guests pay for parsing.
 *
 * Spec: 03 §4.1, §4.2; 02 §3.3, §8.1.
 * @module
 */
import { toHex } from "@enclavenet/common";
import { describe, expect, it } from "vitest";
import { createEnclave } from "../src/index.ts";
import { CHAIN_ID, signTx } from "./support/chain.ts";
import {
  artifact,
  askSteps,
  callbackOf,
  calling,
  instantiateCode,
  type OtherContract,
  runAt,
  runSteps,
  show,
  steps,
  stepsMessage,
  textOf,
} from "./support/probes.ts";
import { World } from "./support/world.ts";

const world = new World(createEnclave);
const probe = instantiateCode(world, 1, artifact("probe"), steps());
const old = instantiateCode(world, 2, artifact("v010-probe"), steps());
const FUNDS = [
  { denom: "cw20:secret1token", amount: "7" },
  { denom: "uscrt", amount: "5" },
];

/** Randomness is drawn; everything else is known. */
const withoutRandom = (env: string) => env.replace(/,"random":"[\w+/]{43}="/, "");

const facts = () => world.chain.last?.header ?? { height: 0n, timeNs: 0n };

const hashOf = (transaction: Uint8Array) => toHex(world.primitives.sha256(transaction)).toUpperCase();

function v1Env(contract: OtherContract, transaction: string): string {
  const { height, timeNs } = facts();
  return (
    `{"block":{"height":${height},"time":"${timeNs}","chain_id":"${CHAIN_ID}"},` +
    `"contract":{"address":"${world.bech32(contract.address)}","code_hash":"${toHex(contract.codeHash)}"},` +
    `"transaction":${transaction}}`
  );
}

describe("the environment of v0.10", () => {
  it("is one object: whole seconds, sender and funds inside, contract_key and transaction null, never random", () => {
    const { text } = runSteps(world, world.bob, old, [show("env")], { funds: FUNDS });
    const { height, timeNs } = facts();
    expect(timeNs % 1_000_000_000n).not.toBe(0n);
    expect(text).toBe(
      `{"block":{"height":${height},"time":${timeNs / 1_000_000_000n},"chain_id":"${CHAIN_ID}"},` +
        `"message":{"sender":"${world.bech32(world.bob.address)}","sent_funds":[{"denom":"uscrt","amount":"5"}]},` +
        `"contract":{"address":"${world.bech32(old.address)}"},"contract_key":null,` +
        `"contract_code_hash":"${toHex(old.codeHash)}","transaction":null}`,
    );
  });
});

describe("the environment of v1", () => {
  it("has nanoseconds as text, the code's hash, and the transaction's position and hash", () => {
    const { text, transaction } = runSteps(world, world.bob, probe, [show("env")]);
    expect(text).toMatch(/,"random":"[\w+/]{43}="\}/);
    expect(withoutRandom(text)).toBe(v1Env(probe, `{"index":0,"hash":"${hashOf(transaction)}"}`));
  });

  it("leaves the sender and the funds to info; cw20 vouchers are hidden from execute", () => {
    const { text } = runSteps(world, world.bob, probe, [show("info")], { funds: FUNDS });
    const sender = world.bech32(world.bob.address);
    expect(text).toBe(`{"sender":"${sender}","funds":[{"denom":"uscrt","amount":"5"}]}`);
  });

  it("has no funds where none were sent", () => {
    const { text } = runSteps(world, world.alice, probe, [show("info")]);
    expect(text).toBe(`{"sender":"${world.bech32(world.alice.address)}","funds":[]}`);
  });

  it("is that of the new contract at instantiation", () => {
    const made = instantiateCode(world, 3, artifact("probe"), steps(show("env")));
    const env = withoutRandom(textOf(world, world.alice, { msg: made.message }, made.result));
    expect(env.replace(/"hash":"[0-9A-F]{64}"/, '"hash":""')).toBe(v1Env(made, '{"index":0,"hash":""}'));
  });

  it("has no random where the code does not ask for it", () => {
    const wasm = Buffer.from(artifact("probe"));
    const at = wasm.indexOf("requires_random");
    expect(at).toBeGreaterThan(0);
    wasm.write("no", at);
    const plain = instantiateCode(world, 4, new Uint8Array(wasm), steps());
    const { text, transaction } = runSteps(world, world.bob, plain, [show("env")]);
    expect(text).toBe(v1Env(plain, `{"index":0,"hash":"${hashOf(transaction)}"}`));
  });
});

describe("env.transaction", () => {
  const [first, second] = [probe, instantiateCode(world, 5, artifact("probe"), steps())];
  const indexOf = (env: string) => (JSON.parse(env) as { transaction: { index: number } }).transaction.index;

  it("has the position in the block, the same for all messages of a transaction", () => {
    const message = () => stepsMessage(world, world.bob, first, [show("env")]);
    const [a, b, c] = [message(), message(), message()];
    world.begin([signTx(world.bob, [a.any]), signTx(world.bob, [b.any, c.any])]);
    const indices = [
      [a, world.origin(0, 0)] as const,
      [b, world.origin(1, 0)] as const,
      [c, world.origin(1, 1)] as const,
    ].map(([sent, origin]) => indexOf(textOf(world, world.bob, sent, runAt(world, first, origin))));
    world.end();
    expect(indices).toEqual([0, 1, 1]);
  });

  /** What a contract shows when another one calls it. */
  function shownBelow(name: "env" | "info"): string {
    const message = stepsMessage(world, world.bob, first, [calling(world, second, [show(name)])]);
    world.begin([signTx(world.bob, [message.any])]);
    const result = runAt(world, first, world.origin());
    const inner = runAt(world, second, callbackOf(world, result, first, second, 1));
    world.end();
    return textOf(world, world.bob, message, inner);
  }

  it("grows by one with every contract response that is being handled", () => {
    expect(indexOf(shownBelow("env"))).toBe(1);
  });

  it("stands beside the contract that emitted the message as its sender", () => {
    expect(shownBelow("info")).toBe(`{"sender":"${world.bech32(first.address)}","funds":[]}`);
  });
});

describe("the environment of a query", () => {
  it("has no transaction, and one byte of zero as random, whatever the code asks for", () => {
    expect(askSteps(world, probe, [show("env")])).toBe(
      v1Env(probe, "null").replace('"},"contract"', '","random":"AA=="},"contract"'),
    );
  });

  it("does not exist for a v0.10 contract", () => {
    expect(askSteps(world, old, [show("env")])).toBe("");
  });
});
