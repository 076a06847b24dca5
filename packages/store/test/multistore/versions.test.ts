/**
 * Many versions against a sorted map per version: reads of the working state, of past versions, and of a database that
 * was opened again in between.
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Backend, LmdbBackend, MemoryBackend, type MultiStore, RootMultiStore } from "@enclavenet/store";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answers, apply, bounds, key, ModelStore, type Operation, operation } from "../support/model.ts";
import { change, codeOf, memoryStore, text } from "../support/text.ts";

const storeNames = ["s", "t"];

function runVersions(
  open: () => Backend,
  versions: readonly (readonly Operation[])[],
  reopenAfter: readonly boolean[],
  ask: (store: MultiStore, model: ModelStore) => void,
) {
  // A small cache, so that nodes are loaded again.
  const openStore = () => RootMultiStore.open({ backend: open(), storeNames, nodeCacheBytes: 20_000 });
  let store = openStore();
  const model = new ModelStore();
  const past: ModelStore[] = [];
  const hashes: Uint8Array[] = [];
  for (const [i, operations] of versions.entries()) {
    const branch = store.cacheMultiStore();
    for (const op of operations) {
      apply(branch.kvStore("s"), op);
      apply(model, op);
    }
    ask(branch, model);
    branch.write();
    ask(store, model);
    expect(store.commit().version).toBe(BigInt(i + 1));
    past.push(model.copy());
    hashes.push(store.lastCommit.appHash);
    ask(store, model);
    if (reopenAfter[i % reopenAfter.length]) {
      store.close();
      store = openStore();
      expect(store.lastCommit).toEqual({ version: BigInt(i + 1), appHash: hashes[i] });
      expect(store.workingHash()).toEqual(hashes[i]);
    }
  }
  for (const [i, then] of past.entries()) ask(store.at(BigInt(i + 1)), then);
  store.close();
  return hashes;
}

describe("versions", () => {
  test("every version answers as a sorted map, before and after opening again, on both backends", () => {
    const folder = mkdtempSync(join(tmpdir(), "store-versions-"));
    let run = 0;
    fc.assert(
      fc.property(
        fc.array(fc.array(operation, { maxLength: 40 }), { minLength: 1, maxLength: 12 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
        fc.array(key, { maxLength: 10 }),
        fc.array(bounds, { maxLength: 4 }),
        (versions, reopenAfter, keys, ranges) => {
          const ask = (store: MultiStore, model: ModelStore) => {
            const ranges2 = [...ranges, [undefined, undefined] as const];
            expect(answers(store.kvStore("s"), keys, ranges2)).toBe(answers(model, keys, ranges2));
          };
          let memory = new MemoryBackend();
          const inMemory = () => {
            memory = memory.reopen();
            return memory;
          };
          const path = join(folder, `${run++}`);
          const once = runVersions(inMemory, versions, reopenAfter, ask);
          const again = runVersions(() => new LmdbBackend({ path }), versions, [true, ...reopenAfter], ask);
          expect(again).toEqual(once);
        },
      ),
      { numRuns: 25 },
    );
    rmSync(folder, { recursive: true, force: true });
  });

  test("large trees keep their answers over many versions", () => {
    const store = memoryStore({ nodeCacheBytes: 200_000 });
    const model = new ModelStore();
    let seed = 1;
    const random = (limit: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % limit;
    };
    for (let version = 0; version < 40; version++) {
      const branch = store.cacheMultiStore();
      for (let i = 0; i < 300; i++) {
        const at = Uint8Array.of(random(16), random(256));
        const op: Operation = [at, random(3) === 0 ? undefined : Uint8Array.of(random(256))];
        apply(branch.kvStore("s"), op);
        apply(model, op);
      }
      branch.write();
      store.commit();
    }
    const everything = [[undefined, undefined]] as const;
    expect(answers(store.kvStore("s"), [], everything)).toBe(answers(model, [], everything));
    store.commit();
    expect(answers(store.at(40n).kvStore("s"), [], everything)).toBe(answers(model, [], everything));
  });

  test("a view of the last version does not move when the next ones are committed", () => {
    const store = memoryStore();
    change(store.kvStore("s"), { a: "1", b: "1", c: "1", d: "1" });
    store.commit();
    const view = store.at(1n).kvStore("s");
    const up = view.iterator();
    const down = view.reverseIterator();
    expect([up.next().value?.[0], down.next().value?.[0]]).toEqual([text("a"), text("d")]);
    change(store.kvStore("s"), { a: "2", b: undefined, c: "2", bb: "2" });
    expect(view.get(text("a"))).toEqual(text("1"));
    store.commit();
    expect(view.get(text("b"))).toEqual(text("1"));
    expect([...up].map(([k, v]) => [k, v])).toEqual(["b", "c", "d"].map((k) => [text(k), text("1")]));
    expect([...down].map(([k, v]) => [k, v])).toEqual(["c", "b", "a"].map((k) => [text(k), text("1")]));
  });

  test("versions that are not there, and changes to the past, are refused", () => {
    const store = memoryStore({ initialVersion: 5n });
    expect(store.lastCommit.version).toBe(0n);
    expect(codeOf(() => store.at(0n))).toBe("STORE_VERSION_UNKNOWN");
    expect(store.commit().version).toBe(5n);
    expect(codeOf(() => store.at(4n))).toBe("STORE_VERSION_UNKNOWN");
    expect(codeOf(() => store.at(6n))).toBe("STORE_VERSION_UNKNOWN");
    expect(codeOf(() => store.at(-1n))).toBe("STORE_VERSION_UNKNOWN");
    expect(codeOf(() => memoryStore({ initialVersion: 0n }))).toBe("STORE_VERSION_INVALID");
    expect(codeOf(() => memoryStore({ initialVersion: 1n << 60n }))).toBe("STORE_VERSION_INVALID");
    const past = store.at(5n);
    expect(codeOf(() => past.kvStore("nowhere"))).toBe("STORE_UNKNOWN");
    expect(codeOf(() => past.kvStore("s").set(text("a"), text("b")))).toBe("STORE_READ_ONLY");
    expect(codeOf(() => past.kvStore("s").delete(text("a")))).toBe("STORE_READ_ONLY");
    const branch = past.cacheMultiStore();
    branch.kvStore("s").set(text("a"), text("b"));
    expect(branch.kvStore("s").get(text("a"))).toEqual(text("b"));
    expect(codeOf(() => branch.write())).toBe("STORE_READ_ONLY");
  });

  test("a store can be added later, and keeps its own versions; none can be left out", () => {
    const backend = new MemoryBackend();
    let store = RootMultiStore.open({ backend, storeNames: ["s"] });
    change(store.kvStore("s"), { a: "1" });
    const one = store.commit();
    store = RootMultiStore.open({ backend, storeNames: ["s", "late"] });
    expect(store.lastCommit).toEqual(one);
    expect(store.workingHash()).not.toEqual(one.appHash);
    change(store.kvStore("late"), { x: "1" });
    store.commit();
    expect(codeOf(() => store.at(1n).kvStore("late"))).toBe("STORE_UNKNOWN");
    expect(store.at(2n).kvStore("late").get(text("x"))).toEqual(text("1"));
    expect(codeOf(() => RootMultiStore.open({ backend, storeNames: ["s"] }))).toBe("STORE_SET_MISMATCH");
  });
});
