/** Functions that the stack counter leaves out (spec 06 §0b.2): small ones whose calls are of their kind all the way down. */
import { describe, expect, it } from "vitest";
import type { BodyPlan } from "../src/instrument/body-plan.ts";
import { UNCOUNTED_SLOTS } from "../src/instrument/stack-weight.ts";
import { uncountedFunctions } from "../src/instrument/uncounted.ts";

/** A plan that weighs `weight`; without callees it calls an import or the table. */
function plan(weight: number, callees: readonly number[] | undefined): BodyPlan {
  return {
    shape: { params: 0, locals: 0, maxHeight: 0, instructions: weight - 64 },
    localRuns: 0,
    localsStart: 0,
    codeStart: 0,
    edits: [],
    loops: [],
    callees,
    hasFloats: false,
    branches: 0,
    maxNesting: 1,
  };
}

const uncounted = (...plans: readonly BodyPlan[]): number[] => [...uncountedFunctions(plans)];

describe("the stack counter leaves out", () => {
  it("leaves up to the limit", () => {
    expect(uncounted(plan(UNCOUNTED_SLOTS, []), plan(UNCOUNTED_SLOTS + 1, []))).toEqual([1, 0]);
  });

  it("callers, as long as the heaviest path of calls is within the limit", () => {
    expect(uncounted(plan(100, []), plan(412, [0]), plan(413, [0]))).toEqual([1, 1, 0]);
    expect(uncounted(plan(100, [1, 2, 1]), plan(300, []), plan(412, []))).toEqual([1, 1, 1]);
    expect(uncounted(plan(101, [1, 2, 1]), plan(300, []), plan(412, []))).toEqual([0, 1, 1]);
  });

  it("paths of any order in the module, up to seven functions long", () => {
    const weight = UNCOUNTED_SLOTS / 7;
    const down = Array.from({ length: 9 }, (_, i) => plan(Math.floor(weight), i === 0 ? [] : [i - 1]));
    expect(uncounted(...down)).toEqual([1, 1, 1, 1, 1, 1, 1, 0, 0]);
    const up = Array.from({ length: 9 }, (_, i) => plan(Math.floor(weight), i === 8 ? [] : [i + 1]));
    expect(uncounted(...up)).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 1]);
  });

  it("nothing that reaches an import, the table, or itself", () => {
    expect(uncounted(plan(70, undefined), plan(70, [0]))).toEqual([0, 0]);
    expect(uncounted(plan(70, [0]), plan(70, [0]))).toEqual([0, 0]);
    expect(uncounted(plan(70, [1]), plan(70, [2]), plan(70, [0]), plan(70, []))).toEqual([0, 0, 0, 1]);
  });
});
