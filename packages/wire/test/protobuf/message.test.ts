/** Rules of the strict decoder, each with bytes that pass and bytes that break it (spec 04 §6.1). */
import { fromHex, toHex } from "@enclavenet/common";
import {
  bytesType,
  int32Type,
  int64Type,
  type MessageCodec,
  type MessageOptions,
  messageCodec,
  optionalMessage,
  repeatedBytes,
  textType,
  uint32Type,
  uint64Type,
} from "@enclavenet/wire";
import { describe, expect, it } from "vitest";
import { wireError } from "../support/refusal.ts";

interface Sample {
  readonly id: bigint;
  readonly data: Uint8Array;
  readonly items: readonly Uint8Array[];
  readonly name: string;
}

function sample(options: MessageOptions<Sample> = {}): MessageCodec<Sample> {
  return messageCodec<Sample>(
    "Sample",
    { id: [1, uint64Type], data: [2, bytesType], items: [3, repeatedBytes], name: [4, textType] },
    options,
  );
}

const lax = sample();
const canonical = sample({ canonical: true });
const marked = sample({ nonCriticalMark: "skipped" });
const oneof = sample({ oneof: ["data", "name"] });

describe("what every message accepts", () => {
  it.each([
    ["nothing", ""],
    ["all fields", "0801120101" + "1a00" + "1a0102" + "220161"],
    ["fields in any order", "120101" + "0801"],
    ["padded varints", "088100"],
    ["a padded tag", "888000" + "01"],
    ["a tag of five bytes", "8880808000" + "01"],
    ["explicit defaults", "0800" + "1200" + "2200"],
    ["the largest number", "08ffffffffffffffffff01"],
  ])("%s", (_, hex) => {
    expect(() => lax.decode(fromHex(hex))).not.toThrow();
  });
});

describe("what every message refuses", () => {
  it.each([
    ["an unknown field", "2801"],
    ["an unknown non-critical field", "c04001"],
    ["a field that occurs twice", "0801" + "0801"],
    ["another wire type", "0a0101"],
    ["a number beyond 64 bits", "08ffffffffffffffffff02"],
    ["a number of eleven bytes", "0880808080808080808080" + "00"],
    ["a number without end", "0880"],
    ["bytes without end", "12050101"],
    ["a length beyond memory", "12ffffffffffffffffff01"],
    ["a length of 2^53", "1280808080808080" + "10"],
    ["field number 0", "0001"],
    ["a tag of six bytes", "888080808000" + "01"],
    ["a field number beyond 2^29", "8080808010" + "01"],
    ["a group", "0b0c"],
    ["the end of a group", "0c"],
    ["wire type 6", "0e"],
    ["text that is not UTF-8", "2201ff"],
    ["a surrogate in UTF-8", "2203eda080"],
  ])("%s", (_, hex) => {
    expect(() => lax.decode(fromHex(hex))).toThrow(wireError);
  });

  it("a list of more than 65536 elements", () => {
    const element = [0x1a, 0x00];
    const list = (length: number): Uint8Array => Uint8Array.from({ length: 2 * length }, (_, i) => element[i % 2]!);
    expect(lax.decode(list(65_536)).items).toHaveLength(65_536);
    expect(() => lax.decode(list(65_537))).toThrow(wireError);
  });

  it("nesting beyond 16", () => {
    interface Nested {
      readonly inner: Nested | undefined;
    }
    const nested: MessageCodec<Nested> = messageCodec<Nested>("Nested", { inner: [1, optionalMessage(() => nested)] });
    const deep = (levels: number): Uint8Array => {
      let value: Nested = { inner: undefined };
      for (let i = 0; i < levels; i++) value = { inner: value };
      return nested.encode(value);
    };
    expect(() => nested.decode(deep(16))).not.toThrow();
    expect(() => nested.decode(deep(17))).toThrow(wireError);
  });
});

describe("a canonical message", () => {
  it("accepts its one encoding", () => {
    const bytes = fromHex("0801120101" + "1a00" + "1a0102" + "220161");
    expect(canonical.encode(canonical.decode(bytes))).toEqual(bytes);
  });

  it.each([
    ["fields out of order", "120101" + "0801"],
    ["a padded number", "088100"],
    ["a padded tag", "888000" + "01"],
    ["a padded length", "12810001"],
    ["a default number", "0800"],
    ["empty bytes", "1200"],
    ["empty text", "2200"],
    ["elements of a list apart", "1a0102" + "220161" + "1a0102"],
  ])("refuses %s", (_, hex) => {
    expect(() => lax.decode(fromHex(hex))).not.toThrow();
    expect(() => canonical.decode(fromHex(hex))).toThrow(wireError);
  });
});

describe("a message with non-critical fields", () => {
  it.each([
    ["a number", "c04001"],
    ["eight bytes", "c14001020304" + "05060708"],
    ["bytes", "c2400101"],
    ["four bytes", "c54001020304"],
    ["field 2047", "fa7f00"],
  ])("passes over %s and says so", (_, hex) => {
    expect(marked.decode(fromHex(`${hex}0801`))).toEqual({ ...lax.decode(fromHex("0801")), skipped: true });
  });

  it("says nothing when there are none", () => {
    expect(marked.decode(fromHex("0801"))).not.toHaveProperty("skipped");
  });

  it.each([
    ["a critical one", "2801"],
    ["a critical one with a large number", "f83f01"],
    ["field 2048, which has the next bit", "80800101"],
    ["one with a number beyond 2^29", "80c080801001"],
    ["one that ends early", "c24005"],
    ["a group", "c340"],
  ])("still refuses %s", (_, hex) => {
    expect(() => marked.decode(fromHex(hex))).toThrow(wireError);
  });
});

describe("a choice", () => {
  it("may be made once", () => {
    expect(() => oneof.decode(fromHex("120101" + "0801"))).not.toThrow();
    expect(() => oneof.decode(fromHex("220161"))).not.toThrow();
    expect(() => oneof.decode(fromHex("120101" + "220161"))).toThrow(wireError);
    expect(() => oneof.decode(fromHex("220161" + "120101"))).toThrow(wireError);
  });
});

describe("numbers", () => {
  interface Numbers {
    readonly u64: bigint;
    readonly i64: bigint;
    readonly u32: number;
    readonly i32: number;
  }
  const numbers = messageCodec<Numbers>("Numbers", {
    u64: [1, uint64Type],
    i64: [2, int64Type],
    u32: [3, uint32Type],
    i32: [4, int32Type],
  });

  it.each([
    ["08ffffffffffffffff7f", { u64: 2n ** 63n - 1n }],
    ["08808080808080808001", { u64: 1n << 56n }],
    ["0880808080808080", undefined],
    ["10ffffffffffffffffff01", { i64: -1n }],
    ["1080808080808080808001", { i64: -(2n ** 63n) }],
    ["18ffffffff0f", { u32: 4294967295 }],
    ["188080808010", { u32: 0 }],
    ["20ffffffffffffffffff01", { i32: -1 }],
    ["20ffffffff0f", { i32: -1 }],
  ])("%s", (hex, expected) => {
    if (expected === undefined) expect(() => numbers.decode(fromHex(hex))).toThrow(wireError);
    else expect(numbers.decode(fromHex(hex))).toMatchObject(expected);
  });

  it("are written in their shortest form, negative ones in ten bytes", () => {
    expect(toHex(numbers.encode({ u64: 300n, i64: -1n, u32: 128, i32: -1 }))).toBe(
      "08ac02" + "10ffffffffffffffffff01" + "188001" + "20ffffffffffffffffff01",
    );
  });
});
