/**
 * Determinism: a short run on this Node in three forms, the comparison that would tell a difference, and the gate over the
 * sources. The long run over releases of Node is `npm run determinism`.
 * @module
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { differenceText, firstDifference } from "../scripts/lib/determinism/compare.mjs";
import { findHazards } from "../scripts/lib/determinism/hazards.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Summary {
  readonly same: boolean;
  readonly runs: readonly { readonly transactions: number; readonly same: boolean; readonly appHash: string }[];
}

function determinism(...args: string[]): Summary {
  const run = spawnSync(process.execPath, ["scripts/determinism.mjs", "--current", "--quick", "--json", ...args], {
    cwd: root,
    encoding: "utf8",
  });
  if (run.stdout === "") throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Summary;
}

describe("200 transactions", () => {
  it("give one app hash on all tiers of V8, with both enclaves and both stores", () => {
    const { same, runs } = determinism("--transactions", "200");
    expect(runs.map((one) => [one.same, one.transactions])).toEqual(Array(3).fill([true, 200]));
    expect(new Set(runs.map(({ appHash }) => appHash)).size).toBe(1);
    expect(same).toBe(true);
  }, 120_000);
});

describe("the comparison", () => {
  const line = (height: number, changes: object = {}) =>
    JSON.stringify({
      height,
      appHash: "aa",
      resultsHash: "bb",
      gas: 7,
      query: "cc",
      txs: [["send", 0, 7, "dd"]],
      ...changes,
    });
  const run = [line(1), line(2), line(3)];

  it("finds nothing between equal runs", () => {
    expect(firstDifference(run, [...run])).toBeUndefined();
  });

  it.each([
    ["another app hash", [line(1), line(2, { appHash: "ab" }), line(3)], { height: 2, what: ["appHash"] }],
    ["another answer of a query", [line(1, { query: "cd" }), line(2), line(3)], { height: 1, what: ["query"] }],
    [
      "other gas of a transaction",
      [line(1), line(2), line(3, { gas: 8, txs: [["send", 0, 8, "dd"]] })],
      {
        height: 3,
        what: ["txs", "gas"],
        tx: { index: 0 },
      },
    ],
    [
      "a transaction more",
      [
        line(1),
        line(2, {
          txs: [
            ["send", 0, 7, "dd"],
            ["send", 5, 1, "ee"],
          ],
        }),
        line(3),
      ],
      {
        height: 2,
        what: ["txs"],
        tx: { index: 1, expected: undefined },
      },
    ],
    ["a block less", run.slice(0, 2), { height: 3, what: ["length"], expected: 3, actual: 2 }],
  ])("names %s", (_what, other, difference) => {
    const found = firstDifference(run, other);
    expect(found).toMatchObject(difference);
    expect(found === undefined ? "" : differenceText(found)).toContain(`first at block ${difference.height}`);
  });
});

describe("the gate over the sources", () => {
  const hazards = (code: string) =>
    findHazards(ts.createSourceFile("x.ts", code, ts.ScriptTarget.ES2022, true)).map(({ what }) => what);

  it.each([
    ["const now = Date.now();", "Date"],
    ["const now = new Date();", "Date"],
    ["const read = { clock: Date };", "Date"],
    ["performance.now();", "performance"],
    ["Math.random();", "Math.random"],
    ["Math.pow(2, 0.5);", "Math.pow"],
    ["process.hrtime.bigint();", "hrtime"],
    ["if (process.platform === 'win32') f();", "process"],
    ["process.execArgv.length;", "process"],
    ["a.localeCompare(b);", "localeCompare"],
    ["n.toLocaleString();", "toLocaleString"],
    ["new Intl.NumberFormat();", "Intl"],
    ["text.normalize('NFC');", "normalize"],
    ["text.toLowerCase();", "toLowerCase"],
    ["/\\p{L}/u.test(text);", "\\p{}"],
    ["for (const key in object) f(key);", "for in"],
    ["setTimeout(f, 1);", "setTimeout"],
    ["new WeakRef(x);", "WeakRef"],
    ["primitives.randomBytes(32);", "randomBytes"],
    ["import { randomBytes } from 'node:crypto';", "import of chance"],
    ["import { readdirSync } from 'node:fs';", "import fs"],
    ["import os from 'os';", "import os"],
  ])("sees %s", (code, what) => {
    expect(hazards(code)).toContain(what);
  });

  it.each([
    "Math.floor(a / b) + Math.min(a, b);",
    "for (const key of map.keys()) f(key);",
    "interface X { Date: string; performance: number }",
    "const x = { Date: 1 }; x.Date;",
    "import { createHash } from 'node:crypto';",
    "const at: Date = given;",
    "// Date.now() would be wrong here",
  ])("lets %s pass", (code) => {
    expect(hazards(code)).toEqual([]);
  });
});
