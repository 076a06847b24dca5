/**
 * Caches over caches against sorted maps; the order in which changes go down; cursors while the store changes.
 * @module
 */
import { CacheKV, type KVPair, type KVStore, PrefixStore, prefixEnd } from "@enclavenet/store";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answers, apply, bounds, key, ModelStore, type Operation, operation } from "../support/model.ts";
import { change, codeOf, memoryStore, text } from "../support/text.ts";

/** A step of a run: change the top layer, lay another cache over it, write the top down, or drop it. */
type Step = Operation | "push" | "write" | "drop";

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: operation },
  { weight: 1, arbitrary: fc.constantFrom("push" as const, "write" as const, "drop" as const) },
);

interface Layer {
  readonly store: KVStore;
  readonly model: ModelStore;
}

function take(layers: Layer[], next: Step): void {
  const top = layers.at(-1) as Layer;
  if (typeof next !== "string") {
    apply(top.store, next);
    apply(top.model, next);
  } else if (next === "push") {
    layers.push({ store: new CacheKV(top.store), model: top.model.copy() });
  } else if (layers.length > 1) {
    layers.pop();
    if (next === "drop") return;
    (top.store as CacheKV).write();
    layers[layers.length - 1] = { store: (layers.at(-1) as Layer).store, model: top.model };
  }
}

/** Records what reaches a parent. */
class Recorder extends ModelStore {
  readonly calls: string[] = [];

  override set(k: Uint8Array, value: Uint8Array): void {
    this.calls.push(`set ${Buffer.from(k)}`);
    super.set(k, value);
  }

  override delete(k: Uint8Array): void {
    this.calls.push(`delete ${Buffer.from(k)}`);
    super.delete(k);
  }
}

const names = (pairs: Iterable<KVPair>) => [...pairs].map(([k]) => Buffer.from(k).toString());

describe("CacheKV", () => {
  test("answers as a sorted map in every layer", () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 120 }),
        fc.array(key, { maxLength: 6 }),
        fc.array(bounds, { maxLength: 3 }),
        (steps, keys, ranges) => {
          const layers: Layer[] = [{ store: memoryStore().kvStore("s"), model: new ModelStore() }];
          for (const [i, next] of steps.entries()) {
            take(layers, next);
            const { store, model } = layers.at(-1) as Layer;
            if (i % 10 === 0) expect(answers(store, keys, ranges)).toBe(answers(model, keys, ranges));
          }
          const all = [...ranges, [undefined, undefined] as const];
          for (const { store, model } of layers) {
            const known = [...model.pairs.values()].map(([k]) => k);
            expect(answers(store, [...keys, ...known], all)).toBe(answers(model, [...keys, ...known], all));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test("keeps thousands of keys in order while they change and are walked", () => {
    const cache = new CacheKV(new ModelStore());
    const model = new ModelStore();
    for (let i = 0; i < 6000; i++) {
      const n = (i * 7919) % 5003;
      const op: Operation = [Uint8Array.of(1 + (n >> 8), n & 255), i % 7 === 0 ? undefined : Uint8Array.of(i & 255)];
      apply(cache, op);
      apply(model, op);
      if (i % 97 === 0) cache.iterator().next();
    }
    const all = [[undefined, undefined]] as const;
    expect(answers(cache, [], all)).toBe(answers(model, [], all));
  });

  test("hands changes down once, ascending, sets and deletes interleaved, the last word of each key", () => {
    const parent = new Recorder();
    const cache = new CacheKV(parent);
    change(cache, { d: "1", b: "1", a: undefined, c: "1" });
    change(cache, { b: undefined, e: "1" });
    cache.write();
    expect(parent.calls).toEqual(["delete a", "delete b", "set c", "set d", "set e"]);
    cache.write();
    expect(parent.calls).toHaveLength(5);
  });

  test("a cursor sees the changes as of its making", () => {
    const parent = new ModelStore();
    change(parent, { a: "1", c: "1", e: "1" });
    const cache = new CacheKV(parent);
    change(cache, { b: "1" });
    const seen: string[] = [];
    for (const [k] of cache.iterator()) {
      seen.push(Buffer.from(k).toString());
      cache.delete(k);
      change(cache, { d: "1" });
    }
    expect(seen).toEqual(["a", "b", "c", "e"]);
    expect(names(cache.iterator())).toEqual(["d"]);
  });

  test("refuses the empty key and a missing value, and takes the empty value", () => {
    const cache = new CacheKV(new ModelStore());
    const none = new Uint8Array(0);
    for (const call of [
      () => cache.get(none),
      () => cache.has(none),
      () => cache.set(none, none),
      () => cache.delete(none),
      () => memoryStore().kvStore("s").set(none, none),
    ]) {
      expect(codeOf(call)).toBe("STORE_KEY_EMPTY");
    }
    const missing = undefined as unknown as Uint8Array;
    for (const store of [cache, memoryStore().kvStore("s"), new PrefixStore(cache, text("p"))]) {
      expect(codeOf(() => store.set(text("a"), missing))).toBe("STORE_VALUE_MISSING");
      expect(codeOf(() => store.set(text("b"), none))).toBeUndefined();
    }
    cache.set(text("a"), none);
    expect([cache.get(text("a")), cache.has(text("a"))]).toEqual([none, true]);
  });
});

describe("PrefixStore", () => {
  test("is the part of the parent under the prefix", () => {
    const prefixes = fc.constantFrom(Uint8Array.of(3), Uint8Array.of(11, 255), Uint8Array.of(255, 255));
    fc.assert(
      fc.property(
        prefixes,
        fc.array(operation, { maxLength: 40 }),
        fc.array(operation, { maxLength: 20 }),
        fc.array(bounds, { maxLength: 4 }),
        (prefix, inside, outside, ranges) => {
          const parent = new ModelStore();
          const model = new ModelStore();
          const store = new PrefixStore(parent, prefix);
          const beside = outside.filter(([k]) => k[0] !== prefix[0]);
          for (const op of beside) apply(parent, op);
          for (const op of inside) {
            apply(store, op);
            apply(model, op);
          }
          const all = [...ranges, [undefined, undefined] as const];
          expect(
            answers(
              store,
              inside.map(([k]) => k),
              all,
            ),
          ).toBe(
            answers(
              model,
              inside.map(([k]) => k),
              all,
            ),
          );
        },
      ),
    );
  });

  test("ends where the prefix can no longer grow", () => {
    expect(prefixEnd(Uint8Array.of(1, 2))).toEqual(Uint8Array.of(1, 3));
    expect(prefixEnd(Uint8Array.of(1, 255, 255))).toEqual(Uint8Array.of(2));
    expect(prefixEnd(Uint8Array.of(255, 255))).toBeUndefined();
    expect(prefixEnd(new Uint8Array(0))).toBeUndefined();
    expect(codeOf(() => new PrefixStore(new ModelStore(), text("p")).get(new Uint8Array(0)))).toBe("STORE_KEY_EMPTY");
  });
});
