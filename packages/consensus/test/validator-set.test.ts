import { bytesToUtf8, utf8ToBytes } from "@enclavenet/common";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyUpdates,
  createValidatorSet,
  ed25519Signer,
  findValidator,
  holdsTwoThirds,
  incrementPriorities,
  totalPower,
  type Validator,
  type ValidatorSet,
} from "../src/index.ts";
import { primitives } from "./support/primitives.ts";

const key = (n: number) => ed25519Signer(primitives, new Uint8Array(32).fill(n)).publicKey;

function named(name: string, power: bigint): Validator {
  return { address: utf8ToBytes(name), publicKey: new Uint8Array(32), power, proposerPriority: 0n };
}

const REFUSED = expect.objectContaining({ code: "VALIDATOR_UPDATE" }) as Error;

describe("proposer priorities", () => {
  it("rotate as in the upstream vector (spec 05 §3.7)", () => {
    const validators = [named("foo", 1000n), named("baz", 330n), named("bar", 300n)];
    let set: ValidatorSet = incrementPriorities({ validators, proposerAddress: new Uint8Array(0) }, 1);
    const proposers: string[] = [];
    for (let i = 0; i < 20; i++) {
      proposers.push(bytesToUtf8(set.proposerAddress));
      set = incrementPriorities(set, 1);
    }
    expect(proposers.join(" ")).toBe("foo baz foo bar foo foo baz foo bar foo foo baz foo foo bar foo baz foo foo bar");
  });

  it("stay at zero for one validator", () => {
    const set = createValidatorSet([{ publicKey: key(1), power: 1000n }]);
    expect(set.validators[0]?.proposerPriority).toBe(0n);
    expect(incrementPriorities(set, 5)).toEqual(set);
  });

  it("stay centred and within the window", () => {
    const powers = fc.array(fc.bigInt(1n, 10n ** 12n), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(powers, fc.integer({ min: 1, max: 30 }), (list, times) => {
        const created = createValidatorSet(list.map((power, i) => ({ publicKey: key(i), power })));
        const set = incrementPriorities(created, times);
        const total = totalPower(set);
        const sum = set.validators.reduce((s, v) => s + v.proposerPriority, 0n);
        expect(sum < 0n ? -sum : sum).toBeLessThan(BigInt(set.validators.length));
        for (const { proposerPriority: p } of set.validators) expect(p < 0n ? -p : p).toBeLessThanOrEqual(2n * total);
      }),
      { numRuns: 50 },
    );
  });
});

describe("validator updates", () => {
  const base = createValidatorSet([
    { publicKey: key(1), power: 100n },
    { publicKey: key(2), power: 10n },
  ]);

  it("orders by power, adds behind everyone, removes at zero", () => {
    const set = applyUpdates(base, [
      { publicKey: key(3), power: 50n },
      { publicKey: key(2), power: 0n },
    ]);
    expect(set.validators.map((v) => v.power)).toEqual([100n, 50n]);
    expect(set.validators[1]?.proposerPriority).toBeLessThan(set.validators[0]?.proposerPriority as bigint);
  });

  it("knows who holds more than two thirds", () => {
    const [first, second] = base.validators as [Validator, Validator];
    expect(holdsTwoThirds(base, first.address)).toBe(true);
    expect(holdsTwoThirds(base, second.address)).toBe(false);
    const weak = applyUpdates(base, [{ publicKey: key(3), power: 40n }]);
    expect(totalPower(weak)).toBe(150n);
    expect(holdsTwoThirds(weak, first.address)).toBe(false);
    expect(findValidator(weak, first.address)?.power).toBe(100n);
  });

  it.each([
    ["a negative power", [{ publicKey: key(3), power: -1n }]],
    [
      "a key twice",
      [
        { publicKey: key(3), power: 1n },
        { publicKey: key(3), power: 2n },
      ],
    ],
    ["removing a stranger", [{ publicKey: key(3), power: 0n }]],
    ["a key of another length", [{ publicKey: new Uint8Array(33), power: 1n }]],
    ["too much power", [{ publicKey: key(3), power: (1n << 63n) / 8n }]],
    [
      "an empty result",
      [
        { publicKey: key(1), power: 0n },
        { publicKey: key(2), power: 0n },
      ],
    ],
  ])("refuses %s", (_name, updates) => {
    expect(() => applyUpdates(base, updates)).toThrowError(REFUSED);
  });
});
