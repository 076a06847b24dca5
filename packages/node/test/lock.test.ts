/** What a node that died while it took its lock leaves, when the next one has the same pid, as in a container. */
import { existsSync, linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { takeLock } from "../src/home/lock.ts";

const folder = mkdtempSync(join(tmpdir(), "enclavenet-lock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const lock = join(folder, "node.lock");

it("a lock whose second name was not removed yet is taken over, not written through", () => {
  writeFileSync(lock, `${process.pid} 1\n`);
  linkSync(lock, `${lock}.${process.pid}`);
  const release = takeLock(lock);
  expect(readFileSync(lock, "utf8")).toMatch(new RegExp(`^${process.pid} `));
  expect(readdirSync(folder)).toEqual(["node.lock"]);
  expect(() => takeLock(lock)).toThrow(expect.objectContaining({ code: "NODE_HOME_LOCKED" }));
  release();
  expect(existsSync(lock)).toBe(false);
});
