/** Proofs from a key to the AppHash: the store's proofs are accepted, and every step of the chain is checked. */
import { ics23 } from "@confio/ics23";
import { toHex } from "@enclavenet/common";
import {
  decodeCommitmentProof,
  IAVL_PROOF_OP,
  type ProofOp,
  SIMPLE_PROOF_OP,
  verifyStoreMembership,
  verifyStoreNonMembership,
} from "@enclavenet/light-client";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { committed, encodeProof, flipped, text } from "../support/ics23-trees.ts";
import { primitives } from "../support/primitives.ts";
import { refusalOf } from "../support/refusal.ts";

const pairs = Object.fromEntries([..."bdfhjlnprtvxz"].map((letter) => [letter, `value of ${letter}`]));
const stores = { acc: { a: "b", c: "d" }, bank: pairs, empty: {}, ibc: { a: "b" }, mint: { ...pairs, h: "other" } };
const { appHash, prove } = committed(stores);

function present(store: string, key: string, value: string, ops: readonly ProofOp[], root = appHash): string {
  return refusalOf(() => verifyStoreMembership(primitives, root, store, text(key), text(value), ops));
}

function missing(store: string, key: string, ops: readonly ProofOp[], root = appHash): string {
  return refusalOf(() => verifyStoreNonMembership(primitives, root, store, text(key), ops));
}

const opsOf = (store: string, key: string) => prove(store, text(key)) as readonly [ProofOp, ProofOp];
const NONE = new Uint8Array(0);

it("the AppHash of small stores (spec 04 §7.4)", () => {
  const small = committed({ acc: { a: "b", c: "d" }, bank: {}, ibc: { a: "b" } });
  expect(toHex(small.appHash)).toBe("411f5304b615c874cb65a7e0ed46dd8899944519aeb2db6d7d0fcc9570a995aa");
  expect(present("acc", "c", "d", small.prove("acc", text("c")), small.appHash)).toBe("accepted");
});

describe("a value", () => {
  it.each([..."bdfhjlnprtvxz"])("of key %s is proven, and no other", (key) => {
    const ops = opsOf("bank", key);
    expect(present("bank", key, `value of ${key}`, ops)).toBe("accepted");
    expect(present("bank", key, "value of another", ops)).toBe("PROOF_KEY");
    expect(present("bank", `${key}1`, `value of ${key}`, ops)).toBe("PROOF_OPS");
    expect(missing("bank", key, ops)).toBe("PROOF_KEY");
  });

  it("is proven in its own store only", () => {
    expect(present("acc", "a", "b", opsOf("acc", "a"))).toBe("accepted");
    expect(present("ibc", "a", "b", opsOf("ibc", "a"))).toBe("accepted");
    expect(present("ibc", "a", "b", opsOf("acc", "a"))).toBe("PROOF_OPS");
    const [tree] = opsOf("acc", "a");
    const [, simple] = opsOf("ibc", "a");
    expect(present("ibc", "a", "b", [tree, simple])).toBe("PROOF_KEY");
  });

  it("is proven under its own AppHash only", () => {
    const later = committed({ ...stores, ibc: { a: "c" } });
    const ops = opsOf("bank", "h");
    expect(present("bank", "h", "value of h", later.prove("bank", text("h")), later.appHash)).toBe("accepted");
    expect(present("bank", "h", "value of h", ops, later.appHash)).toBe("PROOF_ROOT");
    expect(present("bank", "h", "value of h", ops, NONE)).toBe("PROOF_ROOT");
  });
});

describe("the absence of a key", () => {
  it.each([..."aceikmoqsuwy", "bb", "zz", "~"])("%s is proven", (key) => {
    const ops = opsOf("bank", key);
    expect(missing("bank", key, ops)).toBe("accepted");
    expect(present("bank", key, "value", ops)).toBe("PROOF_KEY");
    expect(missing("bank", `${key}!`, ops)).toBe("PROOF_OPS");
    expect(missing("bank", key, ops, flipped(appHash, 3))).toBe("PROOF_ROOT");
  });

  it("is proven in its own store only", () => {
    const [tree] = opsOf("bank", "a");
    const [, simple] = opsOf("mint", "a");
    expect(missing("mint", "a", opsOf("mint", "a"))).toBe("accepted");
    expect(missing("mint", "a", [tree, simple])).toBe("PROOF_KEY");
  });

  it("is not the absence of a key that is there", () => {
    const [tree, simple] = opsOf("bank", "i");
    const { nonexist } = decodeCommitmentProof(tree.data);
    for (const key of ["h", "j", "f", "l"]) {
      const data = encodeProof({ exist: undefined, nonexist: { ...nonexist!, key: text(key) } });
      expect(missing("bank", key, [{ ...tree, key: text(key), data }, simple])).toBe("PROOF_NEIGHBOURS");
    }
  });
});

describe("the chain", () => {
  const [tree, simple] = opsOf("bank", "h");
  const outcome = (ops: readonly ProofOp[]) => [present("bank", "h", "value of h", ops), missing("bank", "h", ops)];

  it.each<[string, readonly ProofOp[]]>([
    ["no step", []],
    ["one step", [tree]],
    ["three steps", [tree, simple, simple]],
    ["steps in another order", [simple, tree]],
    ["another type for the tree", [{ ...tree, type: SIMPLE_PROOF_OP }, simple]],
    ["another type for the stores", [tree, { ...simple, type: IAVL_PROOF_OP }]],
    ["another key in the first step", [{ ...tree, key: text("j") }, simple]],
    ["another key in the second step", [tree, { ...simple, key: text("mint") }]],
  ])("of %s is refused", (_, ops) => {
    expect(outcome(ops)).toEqual(["PROOF_OPS", "PROOF_OPS"]);
  });

  const batch = ics23.CommitmentProof.encode({ batch: { entries: [] } }).finish();
  const compressed = ics23.CommitmentProof.encode({ compressed: { entries: [], lookupInners: [] } }).finish();

  it.each<[string, Uint8Array]>([
    ["noise", Uint8Array.of(1, 2, 3)],
    ["a batch", batch],
    ["a compressed batch", compressed],
    ["two kinds of proof", Uint8Array.of(...tree.data, ...opsOf("bank", "i")[0].data)],
    ["a proof cut short", tree.data.slice(0, -1)],
    ["a proof and more", Uint8Array.of(...tree.data, 0)],
  ])("with %s is refused", (_, data) => {
    expect(outcome([{ ...tree, data }, simple])).toEqual(["PROOF_DECODE", "PROOF_DECODE"]);
    expect(outcome([tree, { ...simple, data }])).toEqual(["PROOF_DECODE", "PROOF_DECODE"]);
  });

  it("with nothing in a proof is refused", () => {
    expect(outcome([{ ...tree, data: NONE }, simple])).toEqual(["PROOF_KEY", "PROOF_KEY"]);
    expect(outcome([tree, { ...simple, data: NONE }])).toEqual(["PROOF_KEY", "PROOF_KEY"]);
    const nothing = encodeProof({ exist: undefined, nonexist: { key: text("h"), left: undefined, right: undefined } });
    expect(missing("bank", "h", [{ ...tree, data: nothing }, simple])).toBe("PROOF_KEY");
  });

  it("does not end in the absence of a store", () => {
    const { exist } = decodeCommitmentProof(simple.data);
    const data = encodeProof({ exist: undefined, nonexist: { key: text("bank"), left: exist, right: undefined } });
    expect(outcome([tree, { ...simple, data }])).toEqual(["PROOF_KEY", "PROOF_KEY"]);
  });
});

it("values that are empty cannot be proven", () => {
  const { appHash: root, prove: proveEmpty } = committed({ s: { a: "", b: "x" } });
  expect(present("s", "b", "x", proveEmpty("s", text("b")), root)).toBe("accepted");
  expect(present("s", "a", "", proveEmpty("s", text("a")), root)).toBe("PROOF_KEY");
});

describe("for any content", () => {
  const key = fc.stringMatching(/^[a-d]{1,3}$/);
  const value = fc.stringMatching(/^[xyz]{1,3}$/);
  const content = fc.dictionary(key, value, { minKeys: 1, maxKeys: 30 });

  it("the store's proofs say the truth, and nothing else can be made of them", () => {
    fc.assert(
      fc.property(content, content, key, value, (one, two, asked, claimed) => {
        const made = committed({ one, two });
        const ops = made.prove("one", text(asked));
        const truth = Object.hasOwn(one, asked) ? one[asked] : undefined;
        expect(present("one", asked, claimed, ops, made.appHash) === "accepted").toBe(claimed === truth);
        if (truth !== undefined) expect(present("one", asked, truth, ops, made.appHash)).toBe("accepted");
        expect(missing("one", asked, ops, made.appHash) === "accepted").toBe(truth === undefined);
        expect(missing("two", asked, ops, made.appHash)).toBe("PROOF_OPS");
      }),
      { numRuns: 100 },
    );
  });
});
