/**
 * Determinism: a short run on this Node in three forms, the comparison that would tell a difference, and the gate over the
 * sources. The long run over releases of Node is `npm run determinism`.
 * @module
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";
import { differenceText, firstDifference } from "../scripts/lib/determinism/compare.mjs";
import { findHazards } from "../scripts/lib/determinism/hazards.mjs";
import { temporaryFolder } from "./support/processes.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Summary {
  readonly same: boolean;
  /** Runs that are not done yet. */
  readonly left: number;
  readonly runs: readonly { readonly transactions: number; readonly same: boolean; readonly appHash: string }[];
}

/** The summary, and the lines that told of a run. */
function determinism(...args: string[]): Summary & { readonly told: number } {
  const run = spawnSync(process.execPath, ["scripts/determinism.mjs", "--current", "--quick", "--json", ...args], {
    cwd: root,
    encoding: "utf8",
  });
  if (run.stdout === "") throw new Error(run.stderr);
  return { ...(JSON.parse(run.stdout) as Summary), told: run.stderr.split("\n").filter((line) => line !== "").length };
}

describe("200 transactions", () => {
  it("give one app hash on all tiers of V8, with both enclaves and both stores", () => {
    const { same, runs } = determinism("--transactions", "200");
    expect(runs.map((one) => [one.same, one.transactions])).toEqual(Array(3).fill([true, 200]));
    expect(new Set(runs.map(({ appHash }) => appHash)).size).toBe(1);
    expect(same).toBe(true);
  }, 120_000);
});

describe("a matrix in pieces", () => {
  const folder = temporaryFolder("determinism");
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const piece = (...args: string[]) => determinism("--results", folder, "--transactions", "60", ...args);
  const about = (kept: string): string => readFileSync(join(folder, kept, "about.json"), "utf8");
  /** A file of the results of seed 1. */
  const kept = (name: string): string =>
    join(folder, readdirSync(folder).find((one) => about(one).includes('"seed":"1"')) ?? "", name);

  it("runs what is not done, compares it with what is, and begins anew with another seed", () => {
    expect(piece("--runs", "1")).toMatchObject({ same: true, left: 2, told: 1 });
    expect(piece("--runs", "1")).toMatchObject({ same: true, left: 1, told: 1 });
    // A piece whose last line was cut off by the end of the process is run again.
    writeFileSync(kept("runs.jsonl"), readFileSync(kept("runs.jsonl"), "utf8").slice(0, -20));
    const all = piece();
    expect(all).toMatchObject({ same: true, left: 0, told: 2 });
    expect(new Set(all.runs.map(({ appHash }) => appHash)).size).toBe(1);
    expect(piece()).toMatchObject({ same: true, left: 0, told: 0, runs: all.runs });
    expect(piece("--seed", "2", "--runs", "1")).toMatchObject({ same: true, left: 2, told: 1 });
  }, 120_000);

  it("tells a difference from a run that was done before", () => {
    const lines = readFileSync(kept("reference.jsonl"), "utf8").replace(/"appHash":"..../, '"appHash":"0000');
    writeFileSync(kept("reference.jsonl"), lines);
    writeFileSync(kept("runs.jsonl"), "");
    const { same, runs } = piece("--runs", "1");
    expect([same, runs.map((run) => run.same)]).toEqual([false, [false]]);
    expect(readFileSync(kept("runs.jsonl"), "utf8")).toBe("");
  }, 60_000);
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
