/**
 * The stamp of a home: what is accepted, what is migrated, and that a refusal writes nothing.
 * @module
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bringHomeUpToDate, homeFormat, readStamp, requireKnownFormat } from "../src/home/format.ts";
import type { Migration } from "../src/home/migrations.ts";

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "enclavenet-home-format-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const put = (path: string, content: string) => {
  mkdirSync(join(home, path, ".."), { recursive: true });
  writeFileSync(join(home, path), content);
};
const stampText = () => readFileSync(join(home, "home.json"), "utf8");
const coded = (code: string) => expect.objectContaining({ name: "LocalError", code, fix: expect.any(String) });

describe("a home", () => {
  it("that is new gets the newest format, and no migration", () => {
    expect(readStamp(home)).toBeUndefined();
    expect(bringHomeUpToDate(home)).toEqual([]);
    expect(JSON.parse(stampText())).toEqual({
      format: homeFormat(),
      written_by: expect.stringMatching(/^enclavenet /),
    });
  });

  it("that is current is left as it is", () => {
    bringHomeUpToDate(home);
    writeFileSync(join(home, "home.json"), stampText().replace(/enclavenet [^"]*/, "enclavenet other"));
    const before = stampText();
    expect(bringHomeUpToDate(home)).toEqual([]);
    expect(stampText()).toBe(before);
  });

  it.each([
    "config/genesis.json",
    "config/priv_validator_key.json",
    "data/priv_validator_state.json",
    "data/state/data.mdb",
    "data/blocks/data.mdb",
    "enclave/software-sealing.key",
    "enclave/keychain.sealed",
  ])("without a stamp that holds %s has format 0 and is migrated", (path) => {
    put(path, "content");
    expect(readStamp(home)).toMatchObject({ format: 0 });
    expect(bringHomeUpToDate(home)).toEqual(["stamp a home that has none"]);
    expect(readStamp(home)).toMatchObject({ format: homeFormat() });
    expect(readFileSync(join(home, path), "utf8")).toBe("content");
  });

  it("of a later program is refused with both formats and that program, and nothing is written", () => {
    const text = `{"format": ${homeFormat() + 1}, "written_by": "enclavenet 9.1.0", "more": [1]}`;
    writeFileSync(join(home, "home.json"), text);
    for (const open of [requireKnownFormat, bringHomeUpToDate]) {
      expect(() => open(home)).toThrowError(coded("HOME_FORMAT_UNKNOWN"));
      expect(() => open(home)).toThrowError(
        new RegExp(`has format ${homeFormat() + 1}, written by enclavenet 9\\.1\\.0; .* up to ${homeFormat()}$`),
      );
    }
    expect(readdirSync(home)).toEqual(["home.json"]);
    expect(stampText()).toBe(text);
  });

  it.each([
    "",
    "{",
    "null",
    "[]",
    "{}",
    '{"format":1}',
    '{"format":"1","written_by":"x"}',
    '{"format":0,"written_by":"x"}',
    '{"format":1.5,"written_by":"x"}',
    `{"format":1,"written_by":"${"x".repeat(5000)}"}`,
  ])("whose stamp is %j is refused", (text) => {
    writeFileSync(join(home, "home.json"), text);
    expect(() => bringHomeUpToDate(home)).toThrowError(coded("HOME_FORMAT_DAMAGED"));
    expect(stampText()).toBe(text);
  });
});

describe("migrations", () => {
  const ran: string[] = [];
  let failing = false;
  const step = (name: string): Migration => ({
    name,
    run() {
      if (failing && name === "third") throw new Error("the power is gone");
      ran.push(name);
    },
  });
  const steps = [step("first"), step("second"), step("third")];

  beforeEach(() => {
    ran.length = 0;
    failing = false;
    put("config/genesis.json", "{}");
  });

  it("run in order, each once, from the format that the home has", () => {
    expect(bringHomeUpToDate(home, steps.slice(0, 1))).toEqual(["first"]);
    expect(bringHomeUpToDate(home, steps)).toEqual(["second", "third"]);
    expect(bringHomeUpToDate(home, steps)).toEqual([]);
    expect(ran).toEqual(["first", "second", "third"]);
    expect(readStamp(home)).toMatchObject({ format: 3 });
  });

  it("go on where a stop interrupted them", () => {
    failing = true;
    expect(() => bringHomeUpToDate(home, steps)).toThrowError("the power is gone");
    expect(readStamp(home)).toMatchObject({ format: 2 });
    failing = false;
    expect(bringHomeUpToDate(home, steps)).toEqual(["third"]);
    expect(ran).toEqual(["first", "second", "third"]);
  });
});
