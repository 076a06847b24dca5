/**
 * Generated modules, instrumented and not (spec 03 §2.3): results, traps, memory, globals, host calls and gas are those of
 * V8 alone and of the rules. The long run is `npm run fuzz:instrumenter`.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { runCampaign, type Tally } from "./support/instrument-fuzz/campaign.ts";
import { encode } from "./support/instrument-fuzz/encode.ts";
import { generateModule } from "./support/instrument-fuzz/generate.ts";

const MODULES = 1_500;
let tally: Tally;

beforeAll(() => {
  tally = runCampaign({ seed: 20_261_127, first: 0, count: MODULES, maxFindings: 5 });
}, 180_000);

describe("generated modules", () => {
  it("behave and cost the same in all forms", () => {
    expect(tally.findings).toEqual([]);
    expect(tally.modules).toBe(MODULES);
  });

  it("reach every integer opcode in code that runs", () => {
    expect(tally.opcodes.missing).toEqual([]);
  });

  it("reach growth, indirect calls and every kind of ending", () => {
    const least = MODULES / 50;
    expect(tally.grows).toBeGreaterThan(least);
    expect(tally.indirectCalls).toBeGreaterThan(least);
    expect(tally.endings.returned).toBeGreaterThan(MODULES / 2);
    expect(tally.endings.OutOfGas).toBeGreaterThan(MODULES / 2);
    expect(Object.keys(tally.endings)).toEqual([
      "ContractPanic: divide result unrepresentable",
      "ContractPanic: unreachable",
      "DivisionByZero: divide by zero",
      "DivisionByZero: remainder by zero",
      "IndirectCallTypeMismatch: null function or function signature mismatch",
      "NonExistentResource: null function or function signature mismatch",
      "NonExistentResource: table index is out of bounds",
      "OutOfBounds: memory access out of bounds",
      "OutOfGas",
      "StackOverflow",
      "returned",
    ]);
  });

  it("are made from seed and index alone", () => {
    const [one, again, other] = [7, 7, 8].map((index) => encode(generateModule(3, index), "contract"));
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });
});
