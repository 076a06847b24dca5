/**
 * A disk that takes only a part of what is sealed, or nothing: the record before stays, and the next attempt works when there
 * is space again.
 */
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utf8ToBytes } from "@enclavenet/common";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { softwareSealing } from "../src/index.ts";

/** Bytes that the disk still takes. As POSIX has it, a write that does not fit at all fails, and one that fits in part is short. */
const disk = vi.hoisted(() => ({ free: Number.POSITIVE_INFINITY }));

vi.mock("node:fs", async (original) => {
  const real = await original<typeof import("node:fs")>();
  const writeSync = (fd: number, bytes: Uint8Array, offset: number, length: number, position: number | null) => {
    const taken = Math.min(length, disk.free);
    if (taken === 0 && length > 0)
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    disk.free -= taken;
    return real.writeSync(fd, bytes, offset, taken, position);
  };
  return { ...real, writeSync };
});

const primitives = createNodePrimitives();
const refused = expect.objectContaining({ name: "EnclaveError", status: "SealingWriteFailed" });
const folder = fs.mkdtempSync(join(tmpdir(), "enclavenet-full-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

let place = "";
let places = 0;
beforeEach(() => {
  disk.free = Number.POSITIVE_INFINITY;
  place = join(folder, `${++places}`);
  fs.mkdirSync(place);
});

const sealing = () => softwareSealing(primitives, place, "development");

function loaded(): string | undefined {
  const bytes = sealing().journal("progress").load();
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

describe("a journal on a disk that is full", () => {
  it.each([0, 1, 20])("refuses a record of which only %i bytes fit, and keeps the one before", (free) => {
    const journal = sealing().journal("progress");
    journal.save(utf8ToBytes("first"));
    journal.save(utf8ToBytes("second"));
    disk.free = free;
    expect(() => journal.save(utf8ToBytes("third"))).toThrowError(refused);
    expect(loaded()).toBe("second");
  });

  it("keeps the record before however often it is tried, and takes the next one when there is space", () => {
    const journal = sealing().journal("progress");
    journal.save(utf8ToBytes("first"));
    journal.save(utf8ToBytes("second"));
    for (const free of [10, 0, 20, 5]) {
      disk.free = free;
      expect(() => journal.save(utf8ToBytes("third"))).toThrowError(refused);
      expect(loaded()).toBe("second");
    }
    disk.free = Number.POSITIVE_INFINITY;
    journal.save(utf8ToBytes("third"));
    expect(loaded()).toBe("third");
  });
});

describe("a sealed record on a disk that is full", () => {
  it.each([0, 1, 20])("is refused when only %i bytes fit, and the one before stays", (free) => {
    const storage = sealing();
    storage.save("keychain", utf8ToBytes("first"));
    disk.free = free;
    expect(() => storage.save("keychain", utf8ToBytes("second"))).toThrowError(refused);
    expect(sealing().load("keychain")).toEqual(utf8ToBytes("first"));
    disk.free = Number.POSITIVE_INFINITY;
    storage.save("keychain", utf8ToBytes("second"));
    expect(sealing().load("keychain")).toEqual(utf8ToBytes("second"));
  });

  it("leaves no key behind that is not whole", () => {
    disk.free = 7;
    expect(() => sealing()).toThrowError(refused);
    disk.free = Number.POSITIVE_INFINITY;
    sealing().save("keychain", utf8ToBytes("first"));
    expect(sealing().load("keychain")).toEqual(utf8ToBytes("first"));
  });
});
