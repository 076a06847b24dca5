/** Strict JSON: what it reads is what JSON.parse reads, and what it refuses. */
import { canonicalJson, type JsonValue, parseJson, serializeJson } from "@enclavenet/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accepted, wireError } from "../support/refusal.ts";

const { value: values } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.string({ unit: "binary" }),
    fc.bigInt(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string({ unit: "binary" }), fc.constant("__proto__")), tie("value"), { maxKeys: 4 }),
  ),
}));

/** Values of JSON.parse with integers as bigint. */
function withBigints(value: unknown): unknown {
  if (typeof value === "number") return BigInt(value);
  if (Array.isArray(value)) return value.map(withBigints);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withBigints(item)]));
}

describe("integers", () => {
  // Short ones are read in another way than long ones; the limit between them is 15 digits.
  const digits = (count: number): string => "9".repeat(count);
  it.each(["0", "7", "-7", "10", ...[14, 15, 16, 17, 40].flatMap((count) => [digits(count), `-${digits(count)}`])])(
    "%s is exact, alone and in a list",
    (text) => {
      expect(parseJson(text)).toBe(BigInt(text));
      expect(parseJson(`[${text},${text} ]`)).toEqual([BigInt(text), BigInt(text)]);
    },
  );

  it.each(["-", "-a", "00", "-01", "1.5", "1e3", "1E3", "999999999999999.0", "1a", `${digits(15)}e1`])(
    "%s is none",
    (text) => {
      expect(() => parseJson(text)).toThrow();
      expect(() => parseJson(`[${text}]`)).toThrow();
    },
  );
});

describe("parseJson", () => {
  it("reads what serializeJson writes", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(parseJson(serializeJson(value))).toEqual(value);
        expect(parseJson(canonicalJson(value))).toEqual(value);
      }),
    );
  });

  it("reads what JSON.parse reads, with any white space", () => {
    fc.assert(
      fc.property(values, fc.constantFrom(" ", "\n\t\r ", "    "), (value, space) => {
        const text = JSON.stringify(withSmallNumbers(value), null, space.trim() === "" ? 2 : 0);
        expect(parseJson(space + text + space)).toEqual(withBigints(JSON.parse(text)));
      }),
    );
  });

  it("keeps integers of any size exact", () => {
    expect(parseJson("18446744073709551616")).toBe(18446744073709551616n);
    expect(parseJson(`-${"9".repeat(79)}`)).toBe(-BigInt("9".repeat(79)));
  });

  it("keeps __proto__ as data", () => {
    const value = parseJson('{"__proto__":{"admin":true}}') as Record<string, JsonValue>;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(value.admin).toBeUndefined();
    expect(serializeJson(value)).toBe('{"__proto__":{"admin":true}}');
  });

  it.each([
    ['"\\u00e9\\n\\"\\\\\\/\\ud83d\\ude00"', 'é\n"\\/\u{1f600}'],
    ['"\u2028"', "\u2028"],
    ['{"a":[],"b":{}}', { a: [], b: {} }],
    [" [ 1 , 2 ] ", [1n, 2n]],
    ["0", 0n],
  ])("%j", (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });
});

function withSmallNumbers(value: JsonValue): unknown {
  if (typeof value === "bigint") return Number(BigInt.asIntN(50, value));
  if (Array.isArray(value)) return value.map(withSmallNumbers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withSmallNumbers(item as JsonValue)]));
}

describe("parseJson refuses", () => {
  it.each([
    ["nothing", ""],
    ["white space", "  "],
    ["text after the value", "1 2"],
    ["a key twice", '{"a":1,"a":2}'],
    ["a key twice, once escaped", '{"a":1,"\\u0061":2}'],
    ["__proto__ twice", '{"__proto__":1,"__proto__":2}'],
    ["a fraction", "1.0"],
    ["an exponent", "1e2"],
    ["minus zero", "-0"],
    ["a leading zero", "01"],
    ["a plus", "+1"],
    ["a lone minus", "-"],
    ["hexadecimal", "0x1"],
    ["NaN", "NaN"],
    ["Infinity", "Infinity"],
    ["a number of 81 characters", "1".repeat(81)],
    ["a comma at the end of a list", "[1,]"],
    ["a comma at the end of an object", '{"a":1,}'],
    ["a missing comma", "[1 2]"],
    ["a missing colon", '{"a" 1}'],
    ["a missing value", '{"a":}'],
    ["a key that is not text", "{1:1}"],
    ["a key without its first quote", '{a":1}'],
    ["an open list", "[1"],
    ["an open object", '{"a":1'],
    ["an open string", '"a'],
    ["a string that ends in a backslash", '"a\\'],
    ["an escaped end", '"a\\"'],
    ["an unknown escape", '"\\x41"'],
    ["a short escape", '"\\u00g0"'],
    ["a control character", '"\u0001"'],
    ["a line feed in a string", '"a\nb"'],
    ["a lone surrogate", '"\ud800"'],
    ["a lone escaped surrogate", '"\\ud800"'],
    ["surrogates in the wrong order", '"\\ude00\\ud83d"'],
    ["a lone surrogate as a key", '{"\\udfff":1}'],
    ["single quotes", "'a'"],
    ["a comment", "/**/1"],
    ["white space that is not JSON's", "\u00a01"],
    ["a byte order mark", "\ufeff1"],
    ["TRUE", "TRUE"],
    ["nul", "nul"],
  ])("%s", (_, text) => {
    expect(() => parseJson(text)).toThrow(wireError);
  });

  it("nesting beyond 127, without using the stack for it", () => {
    const lists = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
    const objects = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    expect(() => parseJson(lists(127))).not.toThrow();
    expect(() => parseJson(objects(127))).not.toThrow();
    expect(() => parseJson(lists(128))).toThrow(wireError);
    expect(() => parseJson(objects(128))).toThrow(wireError);
    expect(() => parseJson("[".repeat(1_000_000))).toThrow(wireError);
  });

  it("noise, and never with another error", () => {
    const token = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      "\\",
      "a",
      "1",
      "-",
      ".",
      "e",
      "null",
      " ",
      '"a"',
      "\ud800",
    );
    const noise = fc.array(token, { maxLength: 20 }).map((tokens) => tokens.join(""));
    fc.assert(
      fc.property(fc.oneof(noise, fc.string({ unit: "binary" })), (text) => {
        const result = accepted(() => parseJson(text));
        if (result !== undefined) expect(withBigints(JSON.parse(text))).toEqual(result.value);
      }),
      { numRuns: 5000 },
    );
  });

  it("nothing that is long but honest", () => {
    const million = 1_000_000;
    expect(parseJson(`"${"\\n".repeat(million)}"`)).toHaveLength(million);
    expect(parseJson(`"${"a".repeat(million)}"`)).toHaveLength(million);
    expect(parseJson(`[${"1,".repeat(million)}1]`)).toHaveLength(million + 1);
  });
});
