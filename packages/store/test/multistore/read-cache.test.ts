/**
 * Values that are known without asking the database: the same as the database's after every commit, also for reads of the last
 * version, and bounded in bytes.
 * @module
 */
import { be64, utf8ToBytes } from "@enclavenet/common";
import { type Backend, MemoryBackend, RootMultiStore } from "@enclavenet/store";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ReadCache } from "../../src/multistore/read-cache.ts";

/** A backend that counts what it is asked for. */
function counting(): { readonly backend: Backend; gets(): number } {
  const backend = new MemoryBackend();
  let count = 0;
  const get = backend.get.bind(backend);
  backend.get = (key) => {
    count++;
    return get(key);
  };
  return { backend, gets: () => count };
}

const KEY = utf8ToBytes("key");
const ABSENT = utf8ToBytes("absent");

test("a value is read once, found or not, and a commit replaces it", () => {
  const { backend, gets } = counting();
  const store = RootMultiStore.open({ backend, storeNames: ["s"] });
  store.kvStore("s").set(KEY, be64(1n));
  store.commit();
  const before = gets();
  for (let i = 0; i < 5; i++) {
    expect(store.kvStore("s").get(KEY)).toEqual(be64(1n));
    expect(store.kvStore("s").get(ABSENT)).toBeUndefined();
  }
  expect(gets() - before).toBe(2);
  const past = store.at(1n).kvStore("s");
  store.kvStore("s").set(KEY, be64(2n));
  store.kvStore("s").set(ABSENT, be64(3n));
  expect(past.get(KEY)).toEqual(be64(1n));
  expect(past.get(ABSENT)).toBeUndefined();
  store.commit();
  expect(store.at(2n).kvStore("s").get(KEY)).toEqual(be64(2n));
  expect(store.kvStore("s").get(ABSENT)).toEqual(be64(3n));
  expect(past.get(KEY)).toEqual(be64(1n));
  store.kvStore("s").delete(KEY);
  store.commit();
  expect(store.kvStore("s").get(KEY)).toBeUndefined();
});

test("stores do not share what is known of their keys", () => {
  const store = RootMultiStore.open({ backend: new MemoryBackend(), storeNames: ["s", "t"] });
  store.kvStore("s").set(KEY, be64(1n));
  store.commit();
  expect(store.kvStore("t").get(KEY)).toBeUndefined();
  expect(store.kvStore("s").get(KEY)).toEqual(be64(1n));
});

const name = fc.integer({ min: 0, max: 40 }).map((n) => `name ${n}`);
const value = fc.option(
  fc.integer({ min: 0, max: 5000 }).map((length) => new Uint8Array(length)),
  { nil: undefined },
);

test("whatever comes and goes, what it knows is the last value", () => {
  const step = fc.record({ name, value, reads: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const cache = new ReadCache();
      const truth = new Map<string, Uint8Array | undefined>();
      for (const step of steps) {
        if (step.reads) {
          const known = cache.find(step.name);
          if (known === undefined) cache.remember(step.name, truth.get(step.name));
          else expect(known.value).toBe(truth.get(step.name));
        } else {
          truth.set(step.name, step.value);
          cache.replace(step.name, step.value);
        }
      }
    }),
  );
});

test("what was not used since two turns is forgotten, what is used stays, long values never come in", () => {
  const cache = new ReadCache();
  cache.remember("hot", be64(1n));
  cache.remember("cold", be64(2n));
  cache.remember("long", new Uint8Array(5000));
  expect(cache.find("long")).toBeUndefined();
  for (let i = 0; i < 1000; i++) {
    cache.remember(`passing ${i}`, new Uint8Array(1000));
    expect(cache.find("hot")?.value).toEqual(be64(1n));
  }
  expect(cache.find("cold")).toBeUndefined();
  const kept = Array.from({ length: 1000 }, (_, i) => cache.find(`passing ${i}`)).filter(Boolean).length;
  expect(kept).toBeLessThan(300);
});
