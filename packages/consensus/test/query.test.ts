import { LocalError } from "@enclavenet/common";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchesCondition, matchesEvent, parseQuery, queryToText } from "../src/index.ts";

const SYNTAX = expect.objectContaining({ code: "QUERY_SYNTAX" }) as Error;

function matches(condition: string, value: string): boolean {
  return matchesCondition(parseQuery(condition).conditions[0]!, value);
}

describe("query language", () => {
  it("reads every operator and operand", () => {
    const text =
      "tm.event = 'Tx' AND tx.height >= 5 AND tx.height<10.5 AND wasm-mint.to CONTAINS 'secret1' AND " +
      "a.b EXISTS AND a.t > TIME 2023-11-14T22:13:20.5Z AND a.d <= DATE 2023-11-14 AND n.m = -3";
    const { conditions } = parseQuery(text);
    expect(conditions.map((c) => `${c.key} ${c.op}`)).toEqual([
      "tm.event =",
      "tx.height >=",
      "tx.height <",
      "wasm-mint.to CONTAINS",
      "a.b EXISTS",
      "a.t >",
      "a.d <=",
      "n.m =",
    ]);
  });

  it.each([
    "",
    "AND",
    "a.b",
    "a.b =",
    "a.b = c",
    "a.b = 'c",
    "a.b = 'c' OR a.c = 'd'",
    "a.b = 'c' AND",
    "AND a.b = 'c'",
    "a.b > 'c'",
    "a.b CONTAINS 5",
    "a.b = 5x",
    "a.b = 1.2.3",
    "a.b = TIME yesterday",
    "a.b = DATE 2023-13-01",
    "a.b EXISTS 'c'",
    "(a.b = 'c')",
    `a.b = '${"x".repeat(512)}'`,
  ])("refuses %j", (text) => {
    expect(() => parseQuery(text)).toThrowError(SYNTAX);
  });

  it("compares exactly and by the operand's type", () => {
    expect(matches("a.b = 9223372036854775808", "9223372036854775807")).toBe(false);
    expect(matches("a.b > 9223372036854775807", "9223372036854775808")).toBe(true);
    expect(matches("a.b <= 1.5", "1.50")).toBe(true);
    expect(matches("a.b < 1.5", "1.5")).toBe(false);
    expect(matches("a.b >= -2", "-1.99")).toBe(true);
    expect(matches("a.b > 1", "2uscrt")).toBe(false);
    expect(matches("a.b = '1'", "1")).toBe(true);
    expect(matches("a.b CONTAINS 'cret'", "secret1")).toBe(true);
    expect(matches("a.b CONTAINS 'cret'", "scrt")).toBe(false);
    expect(matches("a.b > TIME 2023-11-14T22:13:20Z", "2023-11-14T22:13:20.000000001Z")).toBe(true);
    expect(matches("a.b = DATE 2023-11-14", "2023-11-14")).toBe(true);
    expect(matches("a.b < DATE 2023-11-14", "not a date")).toBe(false);
  });

  it("wants some value per condition of a subscription", () => {
    const keys = new Map([
      ["tm.event", ["Tx"]],
      ["message.action", ["/a", "/b"]],
    ]);
    expect(matchesEvent(parseQuery("tm.event='Tx' AND message.action='/b'"), keys)).toBe(true);
    expect(matchesEvent(parseQuery("tm.event='Tx' AND message.action='/c'"), keys)).toBe(false);
    expect(matchesEvent(parseQuery("tm.event='Tx' AND x.y EXISTS"), keys)).toBe(false);
  });

  it("never fails but with its own error", () => {
    const fragment = fc.constantFrom(
      "a.b",
      "=",
      "<=",
      ">",
      "'",
      "'x'",
      "AND",
      "EXISTS",
      "CONTAINS",
      "TIME",
      "DATE",
      "5",
      "-",
      ".",
      " ",
      "(",
      "\\",
    );
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 600 }),
      fc.array(fragment, { maxLength: 40 }).map((f) => f.join(" ")),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        try {
          expect(parseQuery(text).conditions.length).toBeGreaterThan(0);
        } catch (error) {
          expect(LocalError.is(error, "QUERY_SYNTAX")).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("reads back what it prints", () => {
    const key = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}\.[a-z]{1,8}$/);
    const operand = fc.oneof(
      fc.stringMatching(/^[^']{0,12}$/).map((s) => `'${s}'`),
      fc.integer().map(String),
      fc.constant("TIME 2023-11-14T22:13:20.5Z"),
      fc.constant("DATE 2023-11-14"),
    );
    const condition = fc.oneof(
      key.map((k) => `${k} EXISTS`),
      fc.tuple(key, operand).map(([k, o]) => `${k} = ${o}`),
      fc.tuple(key, fc.constantFrom("<", "<=", ">", ">="), fc.integer()).map(([k, op, n]) => `${k}${op}${n}`),
    );
    fc.assert(
      fc.property(fc.array(condition, { minLength: 1, maxLength: 8 }), (conditions) => {
        const query = parseQuery(conditions.join(" AND "));
        expect(parseQuery(queryToText(query))).toEqual(query);
      }),
    );
  });
});
