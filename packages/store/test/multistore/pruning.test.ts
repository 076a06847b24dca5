/**
 * Pruning: old versions go, what is left answers and proves as before, and nothing unreachable stays behind.
 * @module
 */
import { type Backend, MemoryBackend, type Pruning, RootMultiStore } from "@enclavenet/store";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answers, apply, ModelStore, type Operation, operation } from "../support/model.ts";
import { change, codeOf, memoryStore, text } from "../support/text.ts";

const everything = [[undefined, undefined]] as const;

function size(backend: Backend): number {
  return [...backend.range(undefined, undefined, false)].length;
}

function run(versions: readonly (readonly Operation[])[], pruning: Pruning) {
  const backend = new MemoryBackend();
  const store = RootMultiStore.open({ backend, storeNames: ["s", "t"], pruning, nodeCacheBytes: 0 });
  const model = new ModelStore();
  const past = versions.map((operations) => {
    const branch = store.cacheMultiStore();
    for (const op of operations) {
      apply(branch.kvStore("s"), op);
      apply(model, op);
    }
    branch.write();
    store.commit();
    return model.copy();
  });
  return { backend, store, past };
}

describe("pruning", () => {
  test("keeps the recent versions whole and the AppHash as it is", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(operation, { maxLength: 25 }), { minLength: 3, maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        (versions, keepRecent, interval) => {
          const kept = run(versions, "nothing");
          const plan = { keepRecent: BigInt(keepRecent), interval: BigInt(interval) };
          const { store, past } = run(versions, plan);
          expect(store.lastCommit).toEqual(kept.store.lastCommit);
          const pruned = Math.max(0, Math.floor(versions.length / interval) * interval - 1 - keepRecent);
          for (const [i, model] of past.entries()) {
            const version = BigInt(i + 1);
            if (i + 1 <= pruned) {
              expect(codeOf(() => store.at(version))).toBe("STORE_VERSION_UNKNOWN");
              continue;
            }
            expect(answers(store.at(version).kvStore("s"), [], everything)).toBe(answers(model, [], everything));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("leaves no node behind: the database is as large as one that saw only the last state", () => {
    const { backend, store } = run(
      Array.from({ length: 60 }, (_, v) =>
        Array.from({ length: 20 }, (_, i): Operation => {
          const n = (v * 31 + i * 17) % 97;
          return [Uint8Array.of(n + 1), (v + i) % 3 === 0 ? undefined : Uint8Array.of(v)];
        }),
      ),
      { keepRecent: 1n, interval: 1n },
    );
    for (let i = 0; i < 3; i++) store.commit();
    const pairs = [...store.kvStore("s").iterator()].length;
    const names = 2 * pairs - 1;
    const kept = 2;
    expect(size(backend)).toBe(pairs + names + kept + 1);
  });

  test("a backlog goes in bounded steps once pruning is switched on", () => {
    const backend = new MemoryBackend();
    let store = RootMultiStore.open({ backend, storeNames: ["s"] });
    for (let i = 1; i <= 30; i++) {
      const branch = store.cacheMultiStore();
      for (let k = 0; k < 500; k++) branch.kvStore("s").set(Uint8Array.of(k >> 8, k & 255, 1), Uint8Array.of(i));
      branch.write();
      store.commit();
    }
    store = RootMultiStore.open({ backend, storeNames: ["s"], pruning: { keepRecent: 2n, interval: 1n } });
    store.commit();
    expect(codeOf(() => store.at(1n))).toBe("STORE_VERSION_UNKNOWN");
    expect(codeOf(() => store.at(27n))).toBeUndefined();
    store.commit();
    expect(codeOf(() => store.at(29n))).toBe("STORE_VERSION_UNKNOWN");
    expect([...store.at(30n).kvStore("s").iterator()]).toHaveLength(500);
  });

  test("keeps up with blocks that drop more than one commit deletes", () => {
    const store = memoryStore({ pruning: { keepRecent: 1n, interval: 8n } });
    for (let i = 1; i <= 28; i++) {
      const branch = store.cacheMultiStore();
      for (let k = 0; k < 3000; k++) branch.kvStore("s").set(Uint8Array.of(k >> 8, k & 255), Uint8Array.of(i));
      branch.write();
      store.commit();
    }
    expect(codeOf(() => store.at(22n))).toBe("STORE_VERSION_UNKNOWN");
    expect(codeOf(() => store.at(23n))).toBeUndefined();
  });

  test("a view of a version that is pruned under it fails by code, or still answers from memory", () => {
    const store = memoryStore({ pruning: { keepRecent: 1n, interval: 1n }, nodeCacheBytes: 0 });
    change(store.kvStore("s"), { a: "1", b: "1", c: "1" });
    store.commit();
    const view = store.at(1n).kvStore("s");
    for (let i = 2; i <= 4; i++) {
      change(store.kvStore("s"), { a: `${i}`, b: `${i}`, c: `${i}` });
      store.commit();
    }
    expect(codeOf(() => view.get(text("a")))).toBe("STORE_NODE_MISSING");
  });

  test("refuses plans that would drop the version a query proves against", () => {
    expect(codeOf(() => memoryStore({ pruning: { keepRecent: 0n, interval: 1n } }))).toBe("STORE_PRUNING_INVALID");
    expect(codeOf(() => memoryStore({ pruning: { keepRecent: 1n, interval: 0n } }))).toBe("STORE_PRUNING_INVALID");
    expect(codeOf(() => memoryStore({ pruning: { keepRecent: 1n, interval: 1n } }))).toBeUndefined();
  });
});
