/**
 * AppHash vectors of spec 05 §4.5 and spec 04 §7.4, and the root hashes of spec 05 §4.6 through the door: the AppHash of
 * a single store is a function of its root.
 * @module
 */
import { createHash } from "node:crypto";
import { concatBytes, toHex } from "@enclavenet/common";
import type { RootMultiStore } from "@enclavenet/store";
import { describe, expect, test } from "vitest";
import { change, codeOf, hex, memoryStore, text } from "../support/text.ts";

const sha256 = (data: Uint8Array) => new Uint8Array(createHash("sha256").update(data).digest());

/** AppHash of the one store `s` with this root (spec 05 §4.5). */
function appHashOfRoot(root: string): string {
  return toHex(sha256(concatBytes(hex("00"), hex("0173"), hex("20"), sha256(hex(root)))));
}

function commit(store: RootMultiStore, changes: Parameters<typeof change>[1]): string {
  const branch = store.cacheMultiStore();
  change(branch.kvStore("s"), changes);
  branch.write();
  const working = toHex(store.workingHash());
  const { appHash } = store.commit();
  expect(toHex(appHash)).toBe(working);
  return working;
}

const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

describe("AppHash", () => {
  test("of two empty stores", () => {
    const store = memoryStore({ storeNames: ["bank", "acc"] });
    expect(toHex(store.commit().appHash)).toBe("9f88b6bc47de843ab8e812da4a0c91593bc1ff046cd68500e5a1dbe31408a173");
  });

  test("of no stores is the hash of nothing", () => {
    expect(toHex(memoryStore({ storeNames: [] }).commit().appHash)).toBe(EMPTY);
  });

  test("of three stores, one of them empty", () => {
    const store = memoryStore({ storeNames: ["ibc", "acc", "bank"] });
    change(store.kvStore("acc"), { a: "b", c: "d" });
    change(store.kvStore("ibc"), { a: "b" });
    expect(toHex(store.commit().appHash)).toBe("411f5304b615c874cb65a7e0ed46dd8899944519aeb2db6d7d0fcc9570a995aa");
  });

  test("of a single leaf and of two leaves", () => {
    expect(commit(memoryStore(), { a: "b" })).toBe(
      appHashOfRoot("07babb4c717e4c854558e806f6c0c82344009b234f1733b638c14730f625e8d1"),
    );
    expect(commit(memoryStore(), { a: "b", c: "d" })).toBe(
      appHashOfRoot("82cc1278a79598da1b6e736571ca6b8777afdaf3e590bffb4d692f9d790641a9"),
    );
  });

  test("of the exporter's three versions", () => {
    const store = memoryStore();
    const ops: readonly (readonly [string, string | undefined])[][] = [
      [
        ["x", "ff"],
        ["z", "ff"],
        ["a", "01"],
        ["b", "02"],
        ["c", "03"],
      ],
      [
        ["x", undefined],
        ["b", undefined],
        ["c", "ff"],
        ["d", "04"],
      ],
      [
        ["b", "02"],
        ["c", "03"],
        ["e", "05"],
        ["z", undefined],
        ["abc", "06"],
      ],
    ];
    const roots = [
      "2f0cc384fe99d69f51abe4b602e0015777688bac894538de59510ee96964c1de",
      "e50066b1567fb202cef755830666ca07c316ddbfd66fd749c94761364be570d7",
      "ecc9355f3d5105f0d3485db66e8d64c3225a06a04b6e988d4e83d70ea8a17251",
    ];
    for (const [i, version] of ops.entries()) {
      for (const [key, value] of version) {
        if (value === undefined) store.kvStore("s").delete(text(key));
        else store.kvStore("s").set(text(key), hex(value));
      }
      expect(toHex(store.commit().appHash)).toBe(appHashOfRoot(roots[i] as string));
    }
  });

  test("of one key that changes", () => {
    const store = memoryStore();
    expect(commit(store, { I: "D" })).toBe(
      appHashOfRoot("95d5be464ae07ab46e62a1281ef998613deafe90ed40ab9580159e9c84fbc5fb"),
    );
    expect(commit(store, { I: "F" })).toBe(
      appHashOfRoot("4468af5f64d2ce63b66c5546a70c6c7dfe579261791728517062c86215c15bec"),
    );
  });

  test("of seven keys over four versions, one of them without change", () => {
    const store = memoryStore();
    const first = Object.fromEntries([..."abcdefg"].map((key) => [key, `v${key}`]));
    expect(commit(store, first)).toBe(
      appHashOfRoot("f61cdf550e114d18147ec575cf5c83fccc4088232d06d2b37b412cc90d5c2a53"),
    );
    const second = appHashOfRoot("fd8bab6994b282750f65e9688525f439d7a48674d0b27bad0c35719e3dde076e");
    expect(commit(store, { d: undefined, h: "vh" })).toBe(second);
    expect(commit(store, {})).toBe(second);
    expect(commit(store, { a: undefined, b: "B" })).toBe(
      appHashOfRoot("53821c037f52a7ae057ca101f33648ef1b286bb4fd2cc62f8a5639084bb18071"),
    );
  });
});

describe("what changes the AppHash", () => {
  test("setting the value that is there does; reading and deleting what is missing do not", () => {
    const store = memoryStore();
    const first = commit(store, { a: "1", b: "2" });
    store.kvStore("s").get(text("a"));
    expect(commit(store, { missing: undefined })).toBe(first);
    expect(commit(store, { a: "1" })).not.toBe(first);
  });

  test("genesis and the first block are one sorted pass at the initial version", () => {
    const store = memoryStore({ initialVersion: 10n });
    const branch = store.cacheMultiStore();
    change(branch.kvStore("s"), { b: "genesis", a: "1" });
    change(branch.kvStore("s"), { b: "block", c: undefined });
    branch.write();
    const { version, appHash } = store.commit();
    expect(version).toBe(10n);
    const sorted = memoryStore({ initialVersion: 10n });
    change(sorted.kvStore("s"), { a: "1", b: "block" });
    expect(sorted.commit().appHash).toEqual(appHash);
    const elsewhere = memoryStore();
    change(elsewhere.kvStore("s"), { a: "1", b: "block" });
    expect(elsewhere.commit().appHash).not.toEqual(appHash);
  });

  test("a cache hands its changes down in ascending order, whatever the order of the calls", () => {
    const keys = Array.from({ length: 200 }, (_, i) => `${(i * 7919) % 1009}`);
    const cached = commit(memoryStore(), Object.fromEntries(keys.map((key) => [`k${key}`, key])));
    const sorted = memoryStore();
    for (const key of [...new Set(keys)].map((key) => `k${key}`).sort()) {
      sorted.kvStore("s").set(text(key), text(key.slice(1)));
    }
    expect(toHex(sorted.commit().appHash)).toBe(cached);
  });

  test("a set of stores that is not the set of the last commit", () => {
    const backendOf = memoryStore({ storeNames: ["a", "b"] });
    expect(codeOf(() => backendOf.kvStore("c"))).toBe("STORE_UNKNOWN");
    expect(codeOf(() => memoryStore({ storeNames: ["a", "a"] }))).toBe("STORE_NAME_INVALID");
    expect(codeOf(() => memoryStore({ storeNames: [""] }))).toBe("STORE_NAME_INVALID");
  });
});
