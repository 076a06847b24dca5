/** Every check that an attack names is once in the sources, and a build without it is another one. */
import { readFileSync } from "node:fs";
import { transformSync } from "esbuild";
import { describe, expect, it } from "vitest";
import { hostGone } from "./lying-host/support/pipe.ts";
import { table } from "./lying-host/support/table.ts";
import { type Check, checksOfSources, cut, cutText, fileOfCheck } from "./support/checks.ts";
import { changedSource } from "./support/mutant.ts";

const rows: readonly (readonly [string, readonly Check[]])[] = [
  ...Object.entries(table).flatMap(([group, attacks]) =>
    attacks.map(({ name, check }) => [`${group}: ${name}`, [check].flat()] as const),
  ),
  ["a pipe that is closed before the enclave writes", [hostGone]],
];

it.each(rows)("%s: the check is there, and can be cut", (_name, checks) => {
  for (const one of checks) {
    const path = fileOfCheck(one.id);
    const without = changedSource(path, checks) ?? "";
    expect(without).not.toBe(readFileSync(path, "utf8"));
    expect(transformSync(without, { loader: "ts" }).code).not.toBe("");
  }
});

it("no check that is named in the sources is without an attack", () => {
  const attacked = new Set(rows.flatMap(([, checks]) => checks.map(({ id }) => id)));
  const named = [...checksOfSources().keys()].filter((id) => !id.startsWith("quote/"));
  expect(named.filter((id) => !attacked.has(id))).toEqual([]);
});

describe("a check is", () => {
  const source = "if (a) b();\n// check: one\n// Why.\nif (c) {\n  // check: two\n  d(e);\n}\nreturn f;\n";

  it.each([
    ["the statement behind its name", cut("one"), "if (a) b();\n// check: one\n// Why.\n\nreturn f;\n"],
    ["one inside another", cut("two"), source.replace("d(e);", "")],
    ["exchanged as a whole", cut("two", "g();"), source.replace("d(e)", "g()")],
    ["exchanged in a piece", cut("two", ["e", "h"]), source.replace("d(e)", "d(h)")],
  ])("%s", (_what, one, without) => {
    expect(cutText(source, [one])).toBe(without);
  });

  it("a rule of quotes", () => {
    const rules = 'const x = rulesOf("a", true, {\n  one(e) { return e; },\n  two: () => 1,\n});';
    expect(cutText(rules, [cut("quote/one")])).toBe('const x = rulesOf("a", true, {\n  two: () => 1,\n});');
  });

  it.each([
    ["that is not there", source, cut("three")],
    ["without its piece", source, cut("two", ["z", "h"])],
    ["whose piece is there twice", source.replace("d(e)", "d(e, e)"), cut("two", ["e", "h"])],
    ["whose name stands before nothing", `${source}// check: three\n`, cut("three")],
    ["whose name stands at the end of a block", source.replace("d(e);\n", "d(e);\n// check: three\n"), cut("three")],
  ])("not one %s", (_what, text, one) => {
    expect(() => cutText(text, [one])).toThrow(`"${one.id}"`);
  });

  it("not one that is named twice or never", () => {
    expect(() => fileOfCheck("no-such-check")).toThrow("0 times");
  });
});
