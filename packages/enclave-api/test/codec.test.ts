import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bool,
  bytes,
  decode,
  encode,
  fixedBytes,
  type Infer,
  list,
  option,
  type Schema,
  struct,
  text,
  u8,
  u32,
  u64,
} from "../src/index.ts";

const sample = struct({
  small: u8,
  middle: u32,
  large: u64,
  flag: bool,
  raw: bytes,
  hash: fixedBytes(4),
  name: text,
  maybe: option(u32),
  items: list(struct({ key: text, value: option(bytes) })),
});

const arbitrary: fc.Arbitrary<Infer<typeof sample>> = fc.record({
  small: fc.nat({ max: 255 }),
  middle: fc.nat({ max: 0xffff_ffff }),
  large: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  flag: fc.boolean(),
  raw: fc.uint8Array({ maxLength: 40 }),
  hash: fc.uint8Array({ minLength: 4, maxLength: 4 }),
  name: fc.string({ unit: "grapheme", maxLength: 20 }),
  maybe: fc.option(fc.nat({ max: 0xffff_ffff }), { nil: undefined }),
  items: fc.array(
    fc.record({ key: fc.string(), value: fc.option(fc.uint8Array({ maxLength: 10 }), { nil: undefined }) }),
    { maxLength: 5 },
  ),
});

const frameError = expect.objectContaining({ code: "ENCLAVE_FRAME" });

describe("boundary codec", () => {
  it.each([u8, u32, u64] as Schema<unknown>[])("writes numbers across every growth of its buffer", (schema) => {
    const values = list(schema);
    const many = Array.from({ length: 1000 }, (_, i) => (schema === (u64 as Schema<unknown>) ? BigInt(i) : i % 256));
    expect(decode(values, encode(values, many))).toEqual(many);
  });

  it("gives back what was written", () => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        expect(decode(sample, encode(sample, value))).toEqual(value);
      }),
    );
  });

  it("refuses every truncation and every trailing byte", () => {
    fc.assert(
      fc.property(arbitrary, fc.nat(), (value, cut) => {
        const encoded = encode(sample, value);
        expect(() => decode(sample, encoded.subarray(0, cut % encoded.length))).toThrowError(frameError);
        expect(() => decode(sample, Uint8Array.of(...encoded, 0))).toThrowError(frameError);
      }),
    );
  });

  it("accepts exactly one encoding of a value: whatever decodes encodes to the same bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (encoded) => {
        let value: Infer<typeof sample>;
        try {
          value = decode(sample, encoded);
        } catch (error) {
          expect(error).toEqual(frameError);
          return;
        }
        expect(encode(sample, value)).toEqual(encoded);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["a list count beyond the frame", list(u8), "ffffffff"],
    ["a bytes length beyond the frame", bytes, "ffffff7f00"],
    ["a boolean of 2", bool, "02"],
    ["text that is not UTF-8", text, "01000000ff"],
  ] as [string, Schema<unknown>, string][])("refuses %s before allocating", (_name, schema, hex) => {
    expect(() => decode(schema, Buffer.from(hex, "hex"))).toThrowError(frameError);
  });

  it("takes a million elements and not one more", () => {
    const written = (count: number) => {
      const out = new Uint8Array(4 + 4 * count);
      new DataView(out.buffer).setUint32(0, count, true);
      return out;
    };
    expect(decode(list(bytes), written(1_000_000)).length).toBe(1_000_000);
    expect(() => decode(list(bytes), written(1_000_001))).toThrowError(frameError);
    expect(() => encode(list(u8), new Array<number>(1_000_001).fill(0))).toThrowError(frameError);
  });

  it.each([
    ["u8", u8, 256],
    ["u32", u32, -1],
    ["u64", u64, 2n ** 64n],
    ["fixed bytes", fixedBytes(2), new Uint8Array(3)],
  ] as [string, Schema<unknown>, unknown][])("refuses to write a %s out of range", (_name, schema, value) => {
    expect(() => encode(schema, value)).toThrowError(frameError);
  });
});
