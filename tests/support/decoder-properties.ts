/**
 * The property that all decoders of a room share, as tests.
 * @module
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Decoder, inputsOf, tryDecoder } from "./decoder.ts";

/** The same inputs in every run: whether a test passes is no matter of luck. The long run draws others. */
const SEED = 20_261_127;

/** Declares one test per decoder. A decoder whose seeds are all refused, or which refuses nothing, tests nothing. */
export function decoderProperties(decoders: readonly Decoder[], numRuns = 400): void {
  describe.each(decoders.map((one) => [one.name, one] as const))("%s", (_, decoder) => {
    const answer = decoder.refusesSeeds === true ? "refused" : "accepted";
    it(`finds well-formed input ${answer}`, () => {
      const seeded = fc.property(decoder.seeds, (bytes) => {
        expect(tryDecoder(decoder, bytes)).toBe(answer);
      });
      fc.assert(seeded, { seed: SEED, numRuns: 20 });
    });

    it("returns or throws its own errors for any bytes", () => {
      const seen = new Set<string>();
      fc.assert(
        fc.property(inputsOf(decoder), (bytes) => {
          seen.add(tryDecoder(decoder, bytes));
        }),
        { seed: SEED, numRuns },
      );
      if (decoder.refusals.length > 0) expect(seen).toContain("refused");
    });
  });
}
