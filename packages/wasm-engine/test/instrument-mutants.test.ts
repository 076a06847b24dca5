/** Bugs planted in the instrumenter are found by the comparison of generated modules within a bounded number of them. */
import { describe, expect, it } from "vitest";
import { hunt, MUTANTS } from "./support/instrument-fuzz/mutants.ts";

const CAMPAIGN = { seed: 1, first: 0, count: 2_000, maxFindings: 1 };

describe("planted bugs", () => {
  it("are ten or more", () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(10);
  });

  it.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    "%s",
    async (_, mutant) => {
      const { findings } = await hunt(mutant, CAMPAIGN);
      expect(findings).toHaveLength(1);
      expect(findings[0]?.difference).not.toContain("thrown");
    },
    120_000,
  );
});
