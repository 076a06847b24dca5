/** Every codec: values survive, accepted bytes of canonical form come back as they were, everything else is refused typed. */
import { encodeTimestamp } from "@enclavenet/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyEdits, edits, splice } from "../../../tests/support/mutations.ts";
import { codecs } from "./support/codecs.ts";
import { accepted } from "./support/refusal.ts";

const noise = fc
  .array(splice, { maxLength: 12 })
  .map((pieces) => Uint8Array.from(pieces.flatMap((piece) => Array.from(piece))));

describe.each(codecs.map((one) => [one.name, one] as const))("%s", (name, { values, decode, encode }) => {
  it("decodes what it encodes", () => {
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encode(value);
        expect(decode(bytes)).toEqual(value);
        expect(encode(decode(bytes))).toEqual(bytes);
      }),
    );
  });

  it("accepts or refuses mutations, and what it accepts has one meaning", () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(values, edits, (value, changes) => {
        const result = accepted(() => decode(applyEdits(encode(value), changes)));
        if (result === undefined) {
          seen.refused++;
          return;
        }
        seen.accepted++;
        const { hasUnknownFields, ...known } = result.value as Record<string, unknown>;
        expect(hasUnknownFields === undefined || name === "TxBody").toBe(true);
        expect(decode(encode(known))).toEqual(known);
      }),
      { numRuns: 1000 },
    );
    expect(seen.accepted).toBeGreaterThan(0);
    expect(seen.refused).toBeGreaterThan(0);
  });

  it("refuses or accepts noise without any other error", () => {
    fc.assert(
      fc.property(fc.oneof(noise, fc.uint8Array({ maxLength: 64 })), (bytes) => {
        accepted(() => decode(bytes));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("TxRaw", () => {
  it("that is accepted has exactly one encoding (ADR-027)", () => {
    const [txRaw] = codecs;
    fc.assert(
      fc.property(txRaw!.values, edits, (value, changes) => {
        const bytes = applyEdits(txRaw!.encode(value), changes);
        const result = accepted(() => txRaw!.decode(bytes));
        if (result !== undefined) expect(txRaw!.encode(result.value)).toEqual(bytes);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("timestamps", () => {
  it("of absent votes are year 1 (spec 05 §3.1)", () => {
    expect(encodeTimestamp(undefined)).toEqual(
      Uint8Array.from([0x08, 0x80, 0x92, 0xb8, 0xc3, 0x98, 0xfe, 0xff, 0xff, 0xff, 0x01]),
    );
  });
});
