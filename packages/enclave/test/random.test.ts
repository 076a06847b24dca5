/**
 * Randomness of contracts and the message counter: what they are bound to, and what has no influence on them.
 *
 * Spec: 02 §8.2, §8.3; architecture §3 (rules of execution).
 * @module
 */
import { toHex } from "@enclavenet/common";
import { tryDecodeStateValue } from "@enclavenet/crypto";
import type { ContractResult } from "@enclavenet/enclave-api";
import { describe, expect, it } from "vitest";
import { createEnclave } from "../src/index.ts";
import { seedKeyGuard } from "../src/key-guard/seed-key-guard.ts";
import { type BlockOptions, signTx } from "./support/chain.ts";
import {
  artifact,
  callbackOf,
  calling,
  instantiateCode,
  type OtherContract,
  runAt,
  type Step,
  type StepsMessage,
  show,
  steps,
  stepsMessage,
  textOf,
} from "./support/probes.ts";
import { World } from "./support/world.ts";

function start() {
  const world = new World(createEnclave);
  const probe = instantiateCode(world, 1, artifact("probe"), steps());
  return { world, probe };
}

const ENV = [show("env")];
const SET: Step = { set: { key: "aw==", value: "dg==" } };

function randomOf(env: string): string {
  const { random } = (JSON.parse(env) as { block: { random: string } }).block;
  expect(Buffer.from(random, "base64")).toHaveLength(32);
  return random;
}

/** Sealed state of an enclave, to be put back later. */
function snapshot(world: World): () => void {
  const saved = new Map(world.sealed);
  return () => {
    world.sealed.clear();
    for (const [name, bytes] of saved) world.sealed.set(name, bytes);
    world.start();
  };
}

/** Randomness that `probe` sees in the block with these options, built on the tip of the chain and not kept. */
function inBlock(world: World, probe: OtherContract, message: StepsMessage, options: BlockOptions): string {
  const { request } = world.chain.build([signTx(world.bob, [message.any])], options);
  world.enclave.call("beginBlock", request);
  return randomOf(textOf(world, world.bob, message, runAt(world, probe, world.origin())));
}

describe("randomness", () => {
  const { world, probe } = start();
  const message = stepsMessage(world, world.bob, probe, ENV);
  const restore = snapshot(world);
  const at = (options: BlockOptions) => {
    restore();
    return inBlock(world, probe, message, options);
  };
  const honest = at({});

  it("is the same in the same block, also after the enclave was started anew", () => {
    expect(at({})).toBe(honest);
    world.start();
    expect(inBlock(world, probe, message, {})).toBe(honest);
  });

  it.each([
    ["another state below it", { appHash: new Uint8Array(32).fill(1) }],
    ["another time", { timeNs: 1_700_000_500n * 1_000_000_000n }],
    ["another commit of the block before in its header", { lastCommitHash: new Uint8Array(32).fill(2) }],
    ["another proposer", { proposerAddress: new Uint8Array(20).fill(3) }],
  ] as [string, BlockOptions["header"]][])("differs in a block of the same height with %s", (_name, header) => {
    expect(at({ header: header ?? {} })).not.toBe(honest);
  });

  it("does not depend on which commit for the block the host hands over", () => {
    expect(at({ absent: [3] })).toBe(honest);
    expect(at({ absent: [0] })).toBe(honest);
  });

  it("cannot be computed from public data: with other seeds the same block, contract and counter give another", () => {
    const facts = { blockHash: new Uint8Array(32), height: 7n, contractKey: new Uint8Array(64), counter: 0n };
    const drawn = (fill: number) => {
      const seeds = [fill, fill + 1].map((byte) => new Uint8Array(32).fill(byte));
      return toHex(seedKeyGuard(world.primitives, seeds).contractRandom(facts));
    };
    expect(drawn(1)).toBe(drawn(1));
    expect(drawn(1)).not.toBe(drawn(3));
  });

  it("differs between messages, transactions, contracts and sub-messages of a block", () => {
    restore();
    const second = instantiateCode(world, 2, artifact("probe"), steps());
    const sent = [
      stepsMessage(world, world.bob, probe, ENV),
      stepsMessage(world, world.bob, probe, ENV),
      stepsMessage(world, world.bob, second, ENV),
      stepsMessage(world, world.bob, probe, [calling(world, second, ENV), ...ENV]),
    ] as const;
    world.begin([signTx(world.bob, [sent[0].any, sent[1].any]), signTx(world.bob, [sent[2].any, sent[3].any])]);
    const results = [
      runAt(world, probe, world.origin(0, 0)),
      runAt(world, probe, world.origin(0, 1)),
      runAt(world, second, world.origin(1, 0)),
      runAt(world, probe, world.origin(1, 1)),
    ] as const;
    const origin = { ...callbackOf(world, results[3], probe, second, 1), txIndex: 1, msgIndex: 1 };
    const below = textOf(world, world.bob, sent[3], runAt(world, second, origin));
    const all = results.map((result, i) => textOf(world, world.bob, sent[i] as StepsMessage, result));
    world.end();
    expect(new Set([...all, below].map(randomOf)).size).toBe(5);
  });
});

describe("the message counter", () => {
  const { world, probe } = start();
  const wasm = Buffer.from(artifact("probe"));
  wasm.write("no", wasm.indexOf("requires_random"));
  const plain = instantiateCode(world, 3, new Uint8Array(wasm), steps());

  /** Counters in the salts of what these calls write, one call a transaction in one block. */
  function counters(...calls: readonly [OtherContract, ...Step[]][]): (number | undefined)[] {
    const sent = calls.map(([to, ...list]) => signTx(world.bob, [stepsMessage(world, world.bob, to, list).any]));
    world.begin(sent);
    const salts = calls.map(([to], i) => {
      try {
        return saltCounter(runAt(world, to, world.origin(i)));
      } catch {
        return undefined;
      }
    });
    world.end();
    return salts;
  }

  function saltCounter({ writes }: ContractResult): number | undefined {
    const value = writes[0]?.value;
    if (value === undefined) return undefined;
    const { salt } = tryDecodeStateValue(value) ?? { salt: new Uint8Array(24) };
    const view = new DataView(salt.buffer, salt.byteOffset, salt.length);
    expect(view.getBigUint64(8)).toBe(world.chain.height);
    return Number(view.getBigUint64(16));
  }

  it("starts at 1 where the first contract of the block asks for randomness, else at 0", () => {
    expect(counters([probe, SET], [probe, SET])).toEqual([1, 2]);
    expect(counters([plain, SET], [plain, SET], [probe, SET])).toEqual([0, 1, 2]);
  });

  it("counts calls that fail, and those that write nothing", () => {
    const fail: Step = { fail: { text: "no" } };
    expect(counters([plain, SET], [plain, fail], [plain, { panic: {} }], [plain, SET])).toEqual([
      0,
      undefined,
      undefined,
      3,
    ]);
  });

  it("does not count calls that are refused before the contract runs", () => {
    const messages = [plain, plain, plain].map((to) => stepsMessage(world, world.bob, to, [SET]).any);
    world.begin(messages.map((message) => signTx(world.bob, [message])));
    expect(saltCounter(runAt(world, plain, world.origin(0)))).toBe(0);
    const key = { ...plain.key, og: new Uint8Array(64) };
    expect(() => runAt(world, { ...plain, key }, world.origin(1))).toThrowError(
      expect.objectContaining({ status: "FailedContractAuthentication" }),
    );
    expect(saltCounter(runAt(world, plain, world.origin(2)))).toBe(1);
    world.end();
  });

  it("goes on from zero in a block that is executed again", () => {
    const messages = [
      stepsMessage(world, world.bob, plain, [SET]).any,
      stepsMessage(world, world.bob, plain, [SET]).any,
    ];
    const block = world.chain.build(messages.map((message) => signTx(world.bob, [message])));
    const once = () => {
      world.enclave.call("beginBlock", block.request);
      return [saltOf(0), saltOf(1)];
    };
    const saltOf = (txIndex: number) => {
      const { writes } = runAt(world, plain, world.origin(txIndex));
      return toHex(writes[0]?.value ?? new Uint8Array(0));
    };
    const first = once();
    expect(once()).toEqual(first);
    world.start();
    expect(once()).toEqual(first);
    expect(new Set(first).size).toBe(2);
  });
});
