/**
 * Proofs against an independent verifier: `@confio/ics23` accepts every proof for the right key, value and AppHash, and
 * refuses it for any other (spec 05 §4.6).
 * @module
 */
import { iavlSpec, ics23, tendermintSpec, verifyMembership, verifyNonMembership } from "@confio/ics23";
import { toHex } from "@enclavenet/common";
import type { ProvenValue, RootMultiStore } from "@enclavenet/store";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply, key, ModelStore, operation } from "../support/model.ts";
import { change, codeOf, hex, memoryStore, text } from "../support/text.ts";

/** As a relayer verifies: the store proof yields the tree's root, the tree proof the key. */
function verifies(proven: ProvenValue, store: string, key: Uint8Array, appHash: Uint8Array): boolean {
  const [tree, stores] = proven.ops;
  const storeProof = ics23.CommitmentProof.decode(stores!.data);
  const root = storeProof.exist!.value!;
  if (!verifyMembership(storeProof, tendermintSpec, appHash, text(store), root)) return false;
  const proof = ics23.CommitmentProof.decode(tree!.data);
  return proven.value === undefined
    ? verifyNonMembership(proof, iavlSpec, root, key)
    : verifyMembership(proof, iavlSpec, root, key, proven.value);
}

function committed(pairs: Record<string, string>): RootMultiStore {
  const store = memoryStore({ storeNames: ["s", "a", "z", "ibc", "bank"] });
  change(store.kvStore("s"), pairs);
  change(store.kvStore("z"), { other: "1" });
  store.commit();
  return store;
}

describe("proofs", () => {
  test("of keys that are there and of keys that are not, on random trees of several versions", () => {
    const filled = operation.map(([k, v]) => [k, v?.length === 0 ? Uint8Array.of(9) : v] as const);
    fc.assert(
      fc.property(
        fc.array(fc.array(filled, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 4 }),
        fc.array(key, { minLength: 1, maxLength: 8 }),
        (versions, asked) => {
          const store = memoryStore({ storeNames: ["s", "t", "u"] });
          const model = new ModelStore();
          const past = versions.map((operations) => {
            const branch = store.cacheMultiStore();
            for (const op of operations) {
              apply(branch.kvStore("s"), op);
              apply(model, op);
            }
            branch.write();
            return { ...store.commit(), model: model.copy() };
          });
          for (const { version, appHash, model: then } of past) {
            if (then.pairs.size === 0) {
              expect(codeOf(() => store.prove("s", asked[0]!, version))).toBe("PROOF_EMPTY_TREE");
              continue;
            }
            for (const k of [...asked, ...[...then.pairs.values()].map(([k]) => k)]) {
              const proven = store.prove("s", k, version);
              expect(proven.value).toEqual(then.get(k));
              expect(verifies(proven, "s", k, appHash)).toBe(true);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test("carry the type and the key of each step", () => {
    const store = committed({ a: "1", b: "2" });
    const { value, ops } = store.prove("s", text("a"), 1n);
    expect(value).toEqual(text("1"));
    expect(ops.map(({ type, key }) => [type, key])).toEqual([
      ["ics23:iavl", text("a")],
      ["ics23:simple", text("s")],
    ]);
  });

  test("of another key, value, store or version do not verify", () => {
    const store = committed({ a: "1", b: "2", d: "4" });
    const { appHash } = store.lastCommit;
    const there = store.prove("s", text("a"), 1n);
    const absent = store.prove("s", text("c"), 1n);
    expect(verifies(there, "s", text("a"), appHash)).toBe(true);
    expect(verifies(absent, "s", text("c"), appHash)).toBe(true);

    expect(verifies(there, "s", text("b"), appHash)).toBe(false);
    expect(verifies({ ...there, value: text("2") }, "s", text("a"), appHash)).toBe(false);
    expect(verifies(there, "z", text("a"), appHash)).toBe(false);
    expect(verifies(absent, "s", text("b"), appHash)).toBe(false);
    expect(verifies(absent, "s", text("e"), appHash)).toBe(false);
    change(store.kvStore("s"), { a: "2" });
    store.commit();
    expect(verifies(there, "s", text("a"), store.lastCommit.appHash)).toBe(false);
    expect(verifies(store.prove("s", text("a"), 1n), "s", text("a"), appHash)).toBe(true);
  });

  test("of absence at the edges have one neighbour", () => {
    const store = committed({ b: "1", c: "2", d: "3" });
    const sides = (name: string) => {
      const proven = store.prove("s", text(name), 1n);
      expect(verifies(proven, "s", text(name), store.lastCommit.appHash)).toBe(true);
      const { nonexist } = ics23.CommitmentProof.decode(proven.ops[0]!.data);
      return [nonexist?.left?.key, nonexist?.right?.key].map((k) => (k ? Buffer.from(k).toString() : undefined));
    };
    expect(sides("a")).toEqual([undefined, "b"]);
    expect(sides("bb")).toEqual(["b", "c"]);
    expect(sides("e")).toEqual(["d", undefined]);
  });

  test("of the exporter's tree: all six keys, and one that is missing", () => {
    const store = memoryStore();
    const versions: readonly (readonly [string, string | undefined])[][] = [
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
    for (const version of versions) {
      for (const [k, v] of version) apply(store.kvStore("s"), [text(k), v === undefined ? undefined : hex(v)]);
      store.commit();
    }
    const { appHash } = store.lastCommit;
    const expected = { a: "01", abc: "06", b: "02", c: "03", d: "04", e: "05" };
    for (const [k, v] of Object.entries(expected)) {
      const proven = store.prove("s", text(k), 3n);
      expect(toHex(proven.value!)).toBe(v);
      expect(verifies(proven, "s", text(k), appHash)).toBe(true);
    }
    expect(verifies(store.prove("s", text("cc"), 3n), "s", text("cc"), appHash)).toBe(true);
  });

  test("refuse what cannot be asked", () => {
    const store = committed({ a: "1" });
    expect(codeOf(() => store.prove("nowhere", text("a"), 1n))).toBe("STORE_UNKNOWN");
    expect(codeOf(() => store.prove("s", text("a"), 2n))).toBe("STORE_VERSION_UNKNOWN");
    expect(codeOf(() => store.prove("s", new Uint8Array(0), 1n))).toBe("STORE_KEY_EMPTY");
    expect(codeOf(() => store.prove("bank", text("a"), 1n))).toBe("PROOF_EMPTY_TREE");
  });
});
