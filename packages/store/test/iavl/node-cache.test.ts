/**
 * The cache of nodes: what a version replaced makes room at once, older versions are still read from the database.
 * @module
 */
import { utf8ToBytes } from "@enclavenet/common";
import { expect, it } from "vitest";
import { MutableTree } from "../../src/iavl/mutable-tree.ts";
import { TreeNode } from "../../src/iavl/node.ts";
import { NodeCache } from "../../src/iavl/node-cache.ts";
import { NodeSource } from "../../src/iavl/node-source.ts";
import { MemoryBackend, RootMultiStore } from "../../src/index.ts";

function node(nonce: number, version = 1): TreeNode {
  const made = new TreeNode(version, utf8ToBytes("key"), utf8ToBytes("value"));
  made.nonce = nonce;
  return made;
}

/** Room for twenty nodes in each generation. */
const TWENTY = 20 * 408;

it("takes back the room of a node that is dropped or put again", () => {
  const cache = new NodeCache(TWENTY);
  const kept = node(1);
  cache.put("a", kept);
  for (let nonce = 2; nonce < 200; nonce++) {
    cache.put("a", node(nonce));
    cache.put("a", node(nonce));
    cache.drop("a", 1, nonce);
    expect(cache.get("a", 1, nonce)).toBeUndefined();
  }
  expect(cache.get("a", 1, 1)).toBe(kept);
  cache.drop("b", 1, 1);
  cache.drop("a", 2, 1);
  expect(cache.get("a", 1, 1)).toBe(kept);
});

it("drops a node from the older generation, too", () => {
  const cache = new NodeCache(TWENTY);
  for (let nonce = 1; nonce <= 20; nonce++) cache.put("a", node(nonce));
  cache.drop("a", 1, 1);
  expect(cache.get("a", 1, 1)).toBeUndefined();
  expect(cache.get("a", 1, 2)).toBeDefined();
});

it("keeps the nodes of the last version alone, however often keys change", () => {
  const cache = new NodeCache(1_000_000);
  const source = new NodeSource("s", new MemoryBackend(), cache);
  const tree = new MutableTree(source, undefined, 1);
  const replaced: { readonly version: number; readonly nonce: number }[] = [];
  let saved: { readonly version: number; readonly nonce: number }[] = [];
  for (let version = 1; version <= 5; version++) {
    for (let i = 0; i < 8; i++) tree.set(utf8ToBytes(`key ${i}`), utf8ToBytes(`${version}`));
    const { nodes, orphans } = tree.save();
    replaced.push(...orphans);
    saved = [...nodes];
  }
  expect(replaced.length).toBe(4 * 15);
  for (const { version, nonce } of replaced) expect(cache.get("s", version, nonce)).toBeUndefined();
  expect(saved.length).toBe(15);
  for (const { version, nonce } of saved) expect(cache.get("s", version, nonce)).toBeDefined();
});

it("answers for older versions whose nodes it dropped", () => {
  const store = RootMultiStore.open({ backend: new MemoryBackend(), storeNames: ["s"] });
  const key = utf8ToBytes("key");
  for (let version = 1; version <= 3; version++) {
    store.kvStore("s").set(key, utf8ToBytes(`${version}`));
    store.commit();
  }
  for (let version = 1; version <= 3; version++) {
    expect(store.at(BigInt(version)).kvStore("s").get(key)).toEqual(utf8ToBytes(`${version}`));
  }
});
