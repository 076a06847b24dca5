/**
 * The portability gate, and what the repository promises of its own files.
 * @module
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findSystemWords } from "../scripts/lib/portability.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trim().split("\n");

describe("the portability gate", () => {
  it.each([
    ["readFileSync(new URL('x', import.meta.url).pathname)", ".pathname"],
    ['readFileSync("/proc/self/stat")', "/proc"],
    ["readFileSync(`/proc/$" + "{pid}/stat`)", "/proc"],
    ['spawn("/bin/sh", ["-c", x])', "/bin/sh"],
    ['spawn("/bin/bash", [])', "/bin/sh"],
    ['execFileSync("mkfifo", [path])', "mkfifo"],
    ['const script = "ulimit -c 0";', "ulimit"],
    ['execFileSync("ps", ["-A"])', "ps"],
    ['openSync("/dev/null")', "/dev"],
  ])("sees %s", (code, word) => {
    expect(findSystemWords(code)).toEqual([{ line: 1, word }]);
  });

  it("lets pass what every system has", () => {
    expect(findSystemWords("fileURLToPath(new URL('x', import.meta.url)); // as /proc has it\nurl.pathnames;")).toEqual(
      [],
    );
  });
});

describe("the repository's files", () => {
  it("differ by more than case, and have names that every file system takes", () => {
    expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(files.length);
    expect(files.filter((file) => /[<>:"|?*\\]|[. ]$|\b(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(file))).toEqual(
      [],
    );
  });

  it("have line feeds only, where they are text", () => {
    const endings = execFileSync("git", ["ls-files", "--eol"], { cwd: root, encoding: "utf8" }).trim().split("\n");
    expect(endings.length).toBe(files.length);
    expect(endings.filter((line) => /^i\/(?:crlf|mixed)/.test(line))).toEqual([]);
  });
});
