/**
 * Read hints change how often the boundary is crossed, and nothing else: outputs, gas and the order of charges are those of
 * a call without hints.
 * @module
 */
import { toHex } from "@enclavenet/common";
import type { EcallRequest, OcallHandlers, ReadHint } from "@enclavenet/enclave-api";
import { describe, expect, it } from "vitest";
import { createEnclave } from "../src/index.ts";
import { type Contract, World } from "./support/world.ts";

type Names = { readonly key: Uint8Array; readonly legacyKey: Uint8Array };

const READ_GAS = 100n;

/** A host that charges 100 for each read and keeps the order of everything that it charges. */
class ChargingHost {
  readonly charged: string[] = [];
  readonly names: Names[] = [];
  ocalls = 0;
  readonly #world: World;
  readonly #contract: Contract;
  readonly #ahead: readonly Names[];
  readonly #limit: number;

  constructor(world: World, contract: Contract, ahead: readonly Names[] = [], limit = Number.POSITIVE_INFINITY) {
    this.#world = world;
    this.#contract = contract;
    this.#ahead = ahead;
    this.#limit = limit;
  }

  get hints(): ReadHint[] {
    const records = this.#world.host.recordsOf(this.#contract.address);
    return this.#ahead.map(({ key }) => ({ key, value: records.get(toHex(key)), sdkGas: READ_GAS }));
  }

  #charge(names: Names): void {
    if (this.charged.length >= this.#limit) throw new Error("out of gas");
    this.charged.push(`read ${toHex(names.key)}`);
    this.names.push(names);
  }

  settle(used: readonly number[]): void {
    for (const index of used) this.#charge(this.#ahead[index] as Names);
  }

  get handlers(): Partial<OcallHandlers> {
    const honest = this.#world.host.handlers(this.#contract.address);
    return {
      ...honest,
      readState: (request) => {
        this.ocalls++;
        this.settle(request.usedHints);
        this.#charge(request);
        return honest.readState?.(request) ?? { value: undefined, legacyValue: undefined, sdkGas: READ_GAS };
      },
      settleReads: ({ usedHints }) => {
        this.settle(usedHints);
        return {};
      },
    };
  }
}

/** The same message in two worlds that differ in nothing but their hints. */
function twice(msg: unknown, request: Partial<EcallRequest<"execute">> = {}) {
  const world = new World(createEnclave);
  const contract = world.instantiate(1, 5);
  const before = new Map(world.host.recordsOf(contract.address));
  const first = new ChargingHost(world, contract);
  const run = (host: ChargingHost, again: boolean) => {
    const options = { request: { ...request, hints: host.hints }, handlers: host.handlers };
    try {
      const { result } = again ? world.run(contract, options) : world.execute(world.bob, contract, msg, options);
      host.settle(result.usedHints);
      return { ...result, usedHints: [] };
    } catch (error) {
      const { status, usedGas, message } = error as { status?: string; usedGas?: bigint; message: string };
      return { status, usedGas, message };
    }
  };
  const plain = run(first, false);
  world.end();
  // The very same block again, as after a crash: the enclave compares the outputs itself.
  world.host.state.set(toHex(contract.address), before);
  const distinct = [...new Map(first.names.map((names) => [toHex(names.key), names])).values()];
  const second = new ChargingHost(world, contract, distinct);
  world.enclave.call("beginBlock", world.chain.last?.request as EcallRequest<"beginBlock">);
  const hinted = run(second, true);
  world.end();
  return { plain, hinted, first, second };
}

describe("read hints", () => {
  it.each([
    ["a call that succeeds", { add: { n: 2 } }],
    ["a call that returns an error", { fail: { text: "no" } }],
    ["a call that panics", { panic: {} }],
  ])("give %s the same outcome, gas and order of charges without asking", (_name, msg) => {
    const { plain, hinted, first, second } = twice(msg);
    expect(hinted).toEqual(plain);
    expect(second.charged).toEqual(first.charged);
    expect(second.ocalls).toBe(0);
  });

  it("save the crossings of the reads", () => {
    const { first, second } = twice({ add: { n: 2 } });
    expect(first.ocalls).toBeGreaterThan(0);
    expect(second.ocalls).toBe(0);
  });

  it("are passed over when their gas might not be left, so that the host's meter decides", () => {
    const { first, second } = twice({ add: { n: 2 } }, { sdkGasRemaining: READ_GAS - 1n });
    expect(second.ocalls).toBe(first.ocalls);
    expect(second.charged).toEqual(first.charged);
  });

  it("that nobody asked for change nothing", () => {
    const world = new World(createEnclave);
    const contract = world.instantiate(1, 5);
    const hints = [{ key: new Uint8Array(40).fill(1), value: new Uint8Array(100), sdkGas: 1n }];
    const { result } = world.execute(world.bob, contract, { add: { n: 1 } }, { request: { hints } });
    world.end();
    expect(result.usedHints).toEqual([]);
    expect(world.query(contract, { get_count: {} })).toEqual({ count: 6 });
  });

  it("with another record's value are refused like an ocall's answer", () => {
    const world = new World(createEnclave);
    const contract = world.instantiate(1, 5);
    const other = world.instantiate(2, 9);
    const foreign = [...world.host.recordsOf(other.address).values()][0];
    const hints = [...world.host.recordsOf(contract.address).keys()].map((key) => ({
      key: new Uint8Array(Buffer.from(key, "hex")),
      value: foreign,
      sdkGas: 1n,
    }));
    expect(() => world.execute(world.bob, contract, { add: { n: 1 } }, { request: { hints } })).toThrowError(
      expect.objectContaining({ status: "DecryptionError" }),
    );
  });
});
