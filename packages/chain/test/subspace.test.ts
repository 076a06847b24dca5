/** The bounds of `/store/<name>/subspace`. */
import { cosmosStoreInternalKv, decode } from "@enclavenet/proto";
import type { KVPair, KVStore } from "@enclavenet/store";
import { describe, expect, it } from "vitest";
import { subspace } from "../src/baseapp/subspace.ts";

/** A store that counts how many entries were read of it. */
function endless(value: Uint8Array) {
  const read = { entries: 0 };
  function* iterator(): IterableIterator<KVPair> {
    for (;;) {
      read.entries++;
      yield [Uint8Array.of(1, read.entries >> 16, read.entries >> 8, read.entries), value];
    }
  }
  return { read, store: { iterator } as unknown as KVStore };
}

describe("a subspace", () => {
  it.each([
    ["entries", 0, 10_001],
    ["bytes", 1_000_000, 5],
  ])("of endless %s is refused after reading few", (_what, length, atMost) => {
    const { read, store } = endless(new Uint8Array(length));
    expect(() => subspace(store, Uint8Array.of(1))).toThrow(/^more than 10000 entries or 4194304 bytes/);
    expect(read.entries).toBe(atMost);
  });

  it("just within its bounds is answered", () => {
    const entries = Array.from({ length: 10_000 }, (_, i): KVPair => [Uint8Array.of(1, i >> 8, i), new Uint8Array(1)]);
    const store = { iterator: () => entries.values() } as unknown as KVStore;
    expect(decode(cosmosStoreInternalKv.PairsSchema, subspace(store, Uint8Array.of(1))).pairs).toHaveLength(10_000);
  });
});
