/** The page of decoders names every decoder that there is, and each has a name of its own. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { decoders } from "./fuzz/targets.ts";

const page = readFileSync(fileURLToPath(new URL("../docs/testing.md", import.meta.url)), "utf8");
const names = decoders.map(({ name }) => name);

it("names are unique", () => {
  expect(new Set(names).size).toBe(names.length);
});

it("docs/testing.md lists every decoder with its test", () => {
  const rooms = [...new Set(names.map((name) => name.slice(0, name.indexOf(":"))))];
  const rows = rooms.map((room) => {
    const own = names.filter((name) => name.startsWith(`${room}: `)).map((name) => name.slice(room.length + 2));
    return `| ${room} | ${own.join("; ")} | \`packages/${room}/test/decoders.test.ts\` |`;
  });
  const [, part = ""] = /<!-- generated: decoders -->([\s\S]*?)<!-- end: decoders -->/.exec(page) ?? [];
  expect(part.trim().split("\n").slice(2)).toEqual(rows);
});
