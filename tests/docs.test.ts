/**
 * Documents that must equal the code: example, generated tables, import matrix, links, and the paths that pages name.
 * @module
 */
import { execFile, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { startLocalnet } from "./support/localnet.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), "utf8");

function pagesBelow(directory: string): string[] {
  return readdirSync(join(root, directory), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)));
}

const roomPages = readdirSync(join(root, "packages"))
  .map((name) => `packages/${name}/README.md`)
  .filter((path) => existsSync(join(root, path)));
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "contracts/README.md",
  "deploy/gramine/README.md",
  "deploy/tdx/README.md",
  ...roomPages,
  ...pagesBelow("docs"),
];

/** The page without fenced blocks, where nothing is a link. */
const prose = (path: string): string => read(path).replaceAll(/^```[\s\S]*?^```$/gm, "");

/** The anchor that a heading gets. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function anchorsOf(path: string): Set<string> {
  return new Set(Array.from(prose(path).matchAll(/^#+ (.+)$/gm), ([, heading]) => anchorOf(heading as string)));
}

describe("README", () => {
  it("shows examples/token.mjs as it is", () => {
    const [, block] = read("README.md").match(/^```js\n([\s\S]*?)^```$/m) ?? [];
    expect(block).toBe(read("examples/token.mjs"));
  });

  it("names examples that run", async () => {
    const net = await startLocalnet();
    const run = async (example: string) =>
      (await promisify(execFile)(process.execPath, [example, net.ready.rest], { cwd: root })).stdout;
    try {
      expect(await run("examples/token.mjs")).toBe(
        "balance: 750\nhistory: 250 PRIV to secret1fc3fzy78ttp0lwuujw7e52rhspxn8uj52zfyne (rent, as agreed)\n",
      );
      expect(await run("examples/permit.mjs")).toBe(
        [
          "balance: 400",
          "page 0: transfer 300 PSCRT share 3",
          "page 0: transfer 200 PSCRT share 2",
          "page 1: transfer 100 PSCRT share 1",
          "page 1: deposit 1000 uscrt ",
          "revoked: Generic error: the permit was revoked",
          "",
        ].join("\n"),
      );
    } finally {
      await net.stop();
    }
  });
});

describe("generated pages", () => {
  it.each(["generate-boundary-docs.mjs", "generate-error-docs.mjs", "generate-rpc-docs.mjs"])(
    "%s has nothing to write",
    (script) => {
      const run = spawnSync(process.execPath, [join("scripts", script), "--check"], { cwd: root, encoding: "utf8" });
      expect([run.status, run.stderr]).toEqual([0, ""]);
    },
  );
});

describe("docs/architecture.md", () => {
  it("has the import matrix of scripts/boundaries.json", () => {
    const table = JSON.parse(read("scripts/boundaries.json")) as Record<string, readonly string[]>;
    const lines = read("docs/architecture.md").split("\n");
    const start = lines.findIndex((line) => line.startsWith("| room |"));
    const rows = lines.slice(start + 2, lines.indexOf("", start));
    const matrix = rows.map((row) => {
      const cells = row.split("|").map((cell) => cell.trim());
      return [cells[1], (cells[4] as string).split(", ").filter((name) => name !== "")];
    });
    expect(Object.fromEntries(matrix)).toEqual(table);
  });
});

describe("links", () => {
  it.each(pages)("of %s resolve", (path) => {
    const broken = Array.from(prose(path).matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target as string)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [file = "", anchor] = target.split("#");
        const page = file === "" ? path : join(dirname(path), file);
        if (!existsSync(join(root, page))) return true;
        return anchor !== undefined && !anchorsOf(page).has(anchor);
      });
    expect(broken).toEqual([]);
  });
});

describe("paths", () => {
  const named = /`((?:packages|tests|scripts|docs|contracts|examples|bench)\/[\w./-]+)`/g;

  it.each(pages.filter((page) => !roomPages.includes(page)))("that %s names exist", (path) => {
    const paths = Array.from(prose(path).matchAll(named), ([, name]) => name as string);
    expect(paths.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  });
});
