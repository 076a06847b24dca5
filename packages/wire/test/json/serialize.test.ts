/** The two layouts of JSON that are signed (spec 04 §6.3). */
import { canonicalJson, indentJson, parseJson, serializeJson } from "@enclavenet/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const texts = fc.jsonValue({ maxDepth: 4 }).map((value) => {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === "number" ? String(item) : item));
});

describe("serializeJson", () => {
  it("writes what JSON.stringify writes", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(serializeJson(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });
});

describe("indentJson", () => {
  it("writes what JSON.stringify writes with four spaces; empty lists and objects stay compact", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(indentJson(parseJson(text))).toBe(JSON.stringify(JSON.parse(text), null, 4));
      }),
    );
    expect(indentJson({ a: [], b: {}, c: [{}] })).toBe(
      '{\n    "a": [],\n    "b": {},\n    "c": [\n        {}\n    ]\n}',
    );
  });

  it("sorts and escapes when asked", () => {
    expect(indentJson({ b: "<", a: 1n }, { sortKeys: true, escapeHtml: true })).toBe(
      '{\n    "a": 1,\n    "b": "\\u003c"\n}',
    );
  });
});

describe("canonicalJson", () => {
  it("sorts keys at every level and escapes as Go does", () => {
    const value = { b: [{ d: 1n, c: null }], a: '<>&\u2028\u2029\u007f\b\f\n\r\t\u0001"\\/é\u{1f600}', "<": true };
    expect(canonicalJson(value)).toBe(
      '{"\\u003c":true,"a":"\\u003c\\u003e\\u0026\\u2028\\u2029\u007f\\b\\f\\n\\r\\t\\u0001\\"\\\\/é\u{1f600}","b":[{"c":null,"d":1}]}',
    );
  });

  it("is the same for every order of keys", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      }),
    );
  });
});
