/**
 * The memory map of an LMDB database: pages that were read or written do not stay resident for ever, and work goes on over a
 * new map, also in the middle of a scan and beside a snapshot.
 * @module
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { be64 } from "@enclavenet/common";
import { LmdbBackend } from "@enclavenet/store";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "store-map-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Resident bytes of all maps of the database file in this process. */
function residentBytes(): number {
  const maps = readFileSync("/proc/self/smaps", "utf8").split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/);
  const ours = maps.filter((map) => map.split("\n")[0]?.endsWith(join(folder, "data.mdb")) === true);
  return ours.reduce((sum, map) => sum + Number(map.match(/^Rss:\s+(\d+) kB$/m)?.[1]) * 1024, 0);
}

const VALUE = new Uint8Array(8000).fill(7);
const MIB = 2 ** 20;

function writeMany(backend: LmdbBackend, first: number, count: number): void {
  const puts = Array.from({ length: count }, (_, i) => ({ key: be64(BigInt(first + i)), value: VALUE }));
  backend.write({ puts, deletes: [] });
}

/** Writes 24 MiB in 24 batches and reads all of it after each; what is resident then. */
function residentAfterWork(remapAfterBytes: number | undefined): number {
  const backend = new LmdbBackend({ path: folder, ...(remapAfterBytes === undefined ? {} : { remapAfterBytes }) });
  try {
    const perBatch = 132;
    for (let i = 0; i < 24; i++) {
      expect([...backend.range(undefined, undefined, false)].length).toBe(i * perBatch);
      writeMany(backend, i * 1000, perBatch);
    }
    return residentBytes();
  } finally {
    backend.close();
  }
}

const onLinux = test.runIf(process.platform === "linux");

onLinux("what was read and written does not stay resident", () => {
  expect(residentAfterWork(undefined)).toBeLessThan(4 * MIB);
});

onLinux("with one map for ever all of it stays", () => {
  expect(residentAfterWork(Number.POSITIVE_INFINITY)).toBeGreaterThan(20 * MIB);
});

test("a scan goes on over the new map and sees each key once, in order", () => {
  const backend = new LmdbBackend({ path: folder, remapAfterBytes: 0 });
  writeMany(backend, 0, 1000);
  const seen: bigint[] = [];
  for (const [key] of backend.range(undefined, undefined, false)) {
    const at = new DataView(key.buffer, key.byteOffset).getBigUint64(0);
    seen.push(at);
    if (at < 1000n && at % 100n === 0n) writeMany(backend, 5000 + Number(at), 1);
  }
  expect(seen.slice(0, 1000)).toEqual(Array.from({ length: 1000 }, (_, i) => BigInt(i)));
  // The last page may have been read before the last of the keys were written.
  expect(seen.slice(1000, 1009)).toEqual(Array.from({ length: 9 }, (_, i) => BigInt(5000 + i * 100)));
  backend.close();
});

test("a snapshot keeps its moment; the new map waits for its end", () => {
  const backend = new LmdbBackend({ path: folder, remapAfterBytes: 0 });
  writeMany(backend, 0, 10);
  const snapshot = backend.snapshot();
  writeMany(backend, 10, 10);
  expect([...snapshot.range(undefined, undefined, false)].length).toBe(10);
  expect(snapshot.get(be64(10n))).toBeUndefined();
  expect(backend.get(be64(10n))).toEqual(VALUE);
  snapshot.close();
  writeMany(backend, 20, 10);
  expect([...backend.range(undefined, undefined, false)].length).toBe(30);
  backend.close();
});
