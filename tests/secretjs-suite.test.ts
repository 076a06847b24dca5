/**
 * The command that runs the client's own suite: its arguments, what it says of a folder that is no checkout, its selection and its
 * count of jest's report. The suite itself needs a checkout that is not part of this repository (docs/testing.md).
 * @module
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jestOf, parseOptions, requireFreePort } from "../scripts/lib/secretjs-suite/options.mjs";
import { isGood, linesOf, resultsOf } from "../scripts/lib/secretjs-suite/results.mjs";
import { BLOCKS, NAMES, patternOf, runsOf } from "../scripts/lib/secretjs-suite/selection.mjs";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "enclavenet-suite-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder with these files, the way a checkout has them. */
function checkout(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(folder, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  return path;
}

const NAMED = { "package.json": '{"name":"secretjs"}' };
const TESTS = Object.fromEntries(
  ["jest.config.js", ...runsOf(NAMES).flatMap(({ files }) => files)].map((f) => [f, ""]),
);

describe("arguments", () => {
  it("take a checkout, and files in the order of the suite", () => {
    const options = parseOptions(["--checkout", "/x", "--only", "test", "--only", "snip20"]);
    expect(options).toEqual({ checkout: "/x", names: ["snip20", "test"], json: false });
    expect(parseOptions(["--checkout", "/x", "--json"])).toMatchObject({ names: NAMES, json: true });
    expect(parseOptions(["--help"])).toBeUndefined();
  });

  it.each([
    [[], /--checkout is missing/],
    [["--checkout", ""], /--checkout is missing/],
    [["--checkout", "/x", "--only", "ibc"], /--only ibc: expected one of snip20, .*test/],
    [["--checkot", "/x"], /--checkot.*\n.*--help/s],
  ])("%j are refused", (argv, text) => {
    expect(() => parseOptions(argv)).toThrowError(text);
  });

  it("that are wrong end the command with 2 and one readable error", () => {
    const run = spawnSync(process.execPath, ["scripts/secretjs-suite.mjs", "--checkout", join(folder, "none")], {
      encoding: "utf8",
    });
    expect([run.status, run.stdout]).toEqual([2, ""]);
    expect(run.stderr).toMatch(/^secretjs-suite: .*none is not a folder: give a checkout[^\n]*\n$/);
  });
});

describe("a checkout", () => {
  const jest = (path: string) => jestOf({ checkout: path, names: NAMES });

  it("is ready when it has the tests and jest", () => {
    const path = checkout("ready", { ...NAMED, ...TESTS, "node_modules/jest/bin/jest.js": "" });
    expect(jest(path)).toBe(join(path, "node_modules/jest/bin/jest.js"));
  });

  it.each([
    ["other", { "package.json": '{"name":"other"}' }, /not a checkout of secretjs/],
    ["no-package", { README: "" }, /not a checkout of secretjs/],
    ["broken-package", { "package.json": "{" }, /not a checkout of secretjs/],
    ["published", NAMED, /has no jest\.config\.js: a published package lacks the tests/],
    ["not-installed", { ...NAMED, ...TESTS }, /has no jest: .*\n.*npm install/],
  ])("that is not: %s", (name, files, text) => {
    expect(() => jest(checkout(name, files))).toThrowError(text);
  });
});

describe("the port of the suite", () => {
  it("must be free", async () => {
    const other = createServer();
    await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
    const { port } = other.address() as AddressInfo;
    await expect(requireFreePort(port)).rejects.toThrowError(/cannot be had \(EADDRINUSE\): .*end what listens there/);
    await new Promise((closed) => other.close(closed));
    await expect(requireFreePort(port)).resolves.toBeUndefined();
  });
});

describe("the selection", () => {
  it("takes names of its blocks and none of other modules", () => {
    const pattern = new RegExp(patternOf(BLOCKS));
    for (const name of ["query getTx error", "query.auth params()", "tx.bank MsgSend", "url with trailing slashes"]) {
      expect(name).toMatch(pattern);
    }
    for (const name of [
      "tx.bank MsgSetSendEnabled",
      "query.distribution restakeThreshold",
      "tx.gov MsgVote",
      "sanity x",
    ]) {
      expect(name).not.toMatch(pattern);
    }
  });

  it("runs whole files together and the main one by itself", () => {
    expect(runsOf(["snip20", "permit"])).toEqual([
      { names: ["snip20", "permit"], files: ["test/snip20.test.ts", "test/permit.test.ts"], blocks: undefined },
    ]);
    expect(runsOf(NAMES).map(({ files }) => files.length)).toEqual([5, 1]);
  });
});

describe("the report", () => {
  const [whole] = runsOf(["permit"]);
  const [main] = runsOf(["test"]);
  const test = (fullName: string, status: string) => ({
    fullName,
    status,
    failureMessages: ["expected 1\nreceived 2"],
  });
  const report = (file: string, assertionResults: unknown[]) => ({
    testResults: [{ name: `/any/${file}`, message: "TypeError: no such file", assertionResults }],
  });
  const ofAllBlocks = ["query getTx", "query.auth a", "query.compute a", "tx Offline Signing", "tx.bank MsgSend"]
    .concat(["tx.compute a", "tx broadcast multi a", "utils a", "url with a"])
    .map((name) => test(name, "passed"));

  it("counts, and tells what the suite skips from what is not selected", () => {
    const tests = [...ofAllBlocks, test("utils b", "pending"), test("tx.gov MsgVote", "pending")];
    const results = resultsOf(main, report("test/test.ts", tests));
    expect(results).toMatchObject([{ name: "test", passed: 9, failed: 0, skipped: 1, failures: [] }]);
    expect(isGood(results)).toBe(true);
    expect(linesOf(results).at(-1)).toBe("9 passed, 0 failed, 1 skipped");
  });

  it("is no success when a block has no test any more", () => {
    expect(isGood(resultsOf(main, report("test/test.ts", ofAllBlocks.slice(1))))).toBe(false);
  });

  it("shows what failed", () => {
    const results = resultsOf(
      whole,
      report("test/permit.test.ts", [test("permit sign", "failed"), test("b", "passed")]),
    );
    expect(isGood(results)).toBe(false);
    expect(linesOf(results).join("\n")).toMatch(/1 passed, 1 failed\n\nFAILED permit: permit sign\nexpected 1/);
  });

  it.each([
    ["does not load", report("test/permit.test.ts", []), "TypeError: no such file"],
    ["is not in it", { testResults: [] }, "jest did not report this file"],
  ])("of a file that %s is no success", (_what, value, text) => {
    const results = resultsOf(whole, value);
    expect(isGood(results)).toBe(false);
    expect(results).toMatchObject([{ passed: 0, failures: [{ test: "(whole file)", text }] }]);
  });
});
