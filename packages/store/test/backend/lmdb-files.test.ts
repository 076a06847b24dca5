/** What LMDB meets when it opens: files with room on the disk, and options under which a write is durable when it returns. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LmdbBackend } from "@enclavenet/store";
import { afterAll, expect, test, vi } from "vitest";
import { text } from "../support/text.ts";

const opened = vi.hoisted((): Record<string, unknown>[] => []);
vi.mock("lmdb", async (original) => {
  const real = await original<typeof import("lmdb")>();
  const open = (options: Record<string, unknown>) => {
    opened.push(options);
    return real.open(options as never);
  };
  return { ...real, open };
});

const folder = mkdtempSync(join(tmpdir(), "enclavenet-lmdb-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function hasHoles(path: string): boolean {
  const { blocks, size } = statSync(path);
  return blocks * 512 < size;
}

function open(path: string): void {
  const backend = new LmdbBackend({ path });
  backend.write({ puts: [{ key: text("k"), value: text("v") }], deletes: [] });
  expect(backend.get(text("k"))).toEqual(text("v"));
  backend.close();
}

test("a new environment has a lock file without holes, and leaves nothing of the trial", () => {
  const path = join(folder, "new");
  open(path);
  expect(readdirSync(path).sort()).toEqual(["data.mdb", "lock.mdb"]);
  expect(hasHoles(join(path, "lock.mdb"))).toBe(false);
});

test("a lock file with holes is filled, whatever made it", () => {
  const path = join(folder, "holes");
  mkdirSync(path);
  const lock = join(path, "lock.mdb");
  for (const size of [0, 8272, 100_000]) {
    writeFileSync(lock, "");
    truncateSync(lock, size);
    open(path);
    expect(statSync(lock).blocks * 512).toBeGreaterThanOrEqual(3 * 4096);
  }
});

test("nothing that gives up durability is asked of LMDB", () => {
  open(join(folder, "options"));
  const options = opened.at(-1);
  expect(options).toMatchObject({ overlappingSync: false });
  for (const name of ["noSync", "noMetaSync", "mapAsync", "useWritemap", "eventTurnBatching", "commitDelay"]) {
    expect(options).not.toHaveProperty(name);
  }
});
