/**
 * Sealing of the software enclave: what it still promises although its key lies beside the data.
 * @module
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utf8ToBytes } from "@enclavenet/common";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { afterAll, describe, expect, it } from "vitest";
import { softwareSealing } from "../src/index.ts";

const primitives = createNodePrimitives();
const directories: string[] = [];
const refused = expect.objectContaining({ name: "EnclaveError", status: "SealingFailed" });

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), "enclavenet-sealing-"));
  directories.push(made);
  return made;
}

describe("software sealing", () => {
  it("gives back what was saved, also to the next process, and nothing before", () => {
    const place = directory();
    const storage = softwareSealing(primitives, place, "development");
    expect(storage.load("keychain")).toBeUndefined();
    storage.save("keychain", utf8ToBytes("first"));
    storage.save("keychain", utf8ToBytes("second"));
    expect(softwareSealing(primitives, place, "development").load("keychain")).toEqual(utf8ToBytes("second"));
  });

  it("does not open a record under another name", () => {
    const place = directory();
    const storage = softwareSealing(primitives, place, "development");
    storage.save("keychain", utf8ToBytes("content"));
    copyFileSync(join(place, "keychain.sealed"), join(place, "progress.sealed"));
    expect(() => storage.load("progress")).toThrowError(refused);
    expect(storage.load("keychain")).toEqual(utf8ToBytes("content"));
  });

  it("does not open a record of the other network class", () => {
    const place = directory();
    softwareSealing(primitives, place, "production").save("keychain", utf8ToBytes("content"));
    expect(() => softwareSealing(primitives, place, "development").load("keychain")).toThrowError(refused);
  });

  it.each([0, 20])("does not open a record with a flipped bit in byte %i", (at) => {
    const place = directory();
    const storage = softwareSealing(primitives, place, "development");
    storage.save("keychain", utf8ToBytes("some content of a record"));
    const path = join(place, "keychain.sealed");
    const bytes = readFileSync(path);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect(() => storage.load("keychain")).toThrowError(refused);
  });

  it("refuses a key file of the wrong size", () => {
    const place = directory();
    writeFileSync(join(place, "software-sealing.key"), "short");
    expect(() => softwareSealing(primitives, place, "development")).toThrowError(refused);
  });
});

describe("a sealed journal", () => {
  const journalIn = (place: string) => softwareSealing(primitives, place, "development").journal("progress");
  const slot = (place: string, n: number) => join(place, `progress.sealed.${n}`);

  it("gives back what was saved last, also to the next process, through longer and shorter records", () => {
    const place = directory();
    const journal = journalIn(place);
    expect(journal.load()).toBeUndefined();
    for (const text of ["first", "a much longer second record", "3", "four"]) {
      journal.save(utf8ToBytes(text));
      expect(journalIn(place).load()).toEqual(utf8ToBytes(text));
    }
  });

  it("goes on in a new process where the last one stopped", () => {
    const place = directory();
    for (let i = 0; i < 5; i++) {
      const journal = journalIn(place);
      journal.load();
      journal.save(utf8ToBytes(`record ${i}`));
    }
    expect(journalIn(place).load()).toEqual(utf8ToBytes("record 4"));
  });

  it("falls back to the record before when a crash tore the last write", () => {
    const place = directory();
    const journal = journalIn(place);
    journal.save(utf8ToBytes("before"));
    journal.save(utf8ToBytes("torn"));
    const bytes = readFileSync(slot(place, 0));
    writeFileSync(slot(place, 0), bytes.subarray(0, bytes.length - 3));
    expect(journalIn(place).load()).toEqual(utf8ToBytes("before"));
  });

  it.each([0, 3, 40])("is as new when a crash tore the very first write after %i bytes", (length) => {
    const place = directory();
    journalIn(place).save(utf8ToBytes("first"));
    const bytes = readFileSync(slot(place, 1));
    writeFileSync(slot(place, 1), bytes.subarray(0, Math.min(length, bytes.length - 1)));
    const journal = journalIn(place);
    expect(journal.load()).toBeUndefined();
    journal.save(utf8ToBytes("first again"));
    expect(journalIn(place).load()).toEqual(utf8ToBytes("first again"));
  });

  it("refuses a damaged slot beside one that is gone, once both were written", () => {
    const place = directory();
    const journal = journalIn(place);
    journal.save(utf8ToBytes("one"));
    journal.save(utf8ToBytes("two"));
    rmSync(slot(place, 1));
    writeFileSync(slot(place, 0), new Uint8Array(40));
    expect(() => journalIn(place).load()).toThrowError(refused);
  });

  it("refuses two damaged slots instead of starting anew", () => {
    const place = directory();
    const journal = journalIn(place);
    journal.save(utf8ToBytes("one"));
    journal.save(utf8ToBytes("two"));
    for (const n of [0, 1]) writeFileSync(slot(place, n), new Uint8Array(40));
    expect(() => journalIn(place).load()).toThrowError(refused);
  });
});
