/** Whatever the bytes, the parser and the instrumenter refuse typed or give code that V8 takes. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { inputsOf, tryDecoder } from "../../../tests/support/decoder.ts";
import { decoderProperties } from "../../../tests/support/decoder-properties.ts";
import { contractDecoders, decoders } from "./support/decoders.ts";

decoderProperties(decoders, 1_500);

it.each(contractDecoders.map((one) => [one.name, one] as const))("%s: refused, or run to a typed end", (_, decoder) => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(inputsOf(decoder), (script) => {
      seen.add(tryDecoder(decoder, script));
    }),
    { seed: 20_261_127, numRuns: 60 },
  );
  expect([...seen].sort()).toEqual(["accepted", "refused"]);
});
