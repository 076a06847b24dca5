/** The public test data of ICS-23 (spec 05 §4.6). What it states about parts is tested on the parts themselves. */
import { fromHex, toBase64, toHex, utf8ToBytes } from "@enclavenet/common";
import { decodeCommitmentProof, iavlSpec, verifyMembership, verifyNonMembership } from "@enclavenet/light-client";
import { describe, expect, test } from "vitest";
import { checkAgainstSpec, checkLeaf } from "../../src/ics23/check-spec.ts";
import { leftBranchesAreEmpty, rightBranchesAreEmpty } from "../../src/ics23/neighbours.ts";
import { applyInner, applyLeaf, prehash } from "../../src/ics23/operations.ts";
import type { ExistenceProof } from "../../src/ics23/types.ts";
import {
  bytesOf,
  existenceOf,
  ics23Data,
  innerOf,
  type JsonExistence,
  type JsonInner,
  type JsonLeaf,
  type JsonSpec,
  leafOf,
  NO_DATA,
  proofCases,
  specOf,
} from "../support/ics23-data.ts";
import { primitives } from "../support/primitives.ts";
import { refusalOf } from "../support/refusal.ts";

describe("proofs", () => {
  test.for(proofCases)("$name verifies, and proves nothing else", ({ data, spec }, ctx) => {
    if (data === undefined) return ctx.skip(NO_DATA);
    const { root, key, value } = data;
    const proof = decodeCommitmentProof(data.proof);
    const other = Uint8Array.of(...key, 1);
    const present = (k: Uint8Array, v: Uint8Array, r = root) =>
      refusalOf(() => verifyMembership(primitives, { spec, root: r }, proof, k, v));
    const missing = (k: Uint8Array, r = root) =>
      refusalOf(() => verifyNonMembership(primitives, { spec, root: r }, proof, k));
    const elsewhere = root.map((byte) => byte ^ 1);
    if (value === undefined) {
      expect(missing(key)).toBe("accepted");
      expect(missing(key, elsewhere)).toBe("PROOF_ROOT");
      expect(missing(other)).toBe("PROOF_KEY");
      expect(present(key, utf8ToBytes("value"))).toBe("PROOF_KEY");
    } else {
      expect(present(key, value)).toBe("accepted");
      expect(present(key, value, elsewhere)).toBe("PROOF_ROOT");
      expect(present(other, value)).toBe("PROOF_KEY");
      expect(present(key, Uint8Array.of(...value, 1))).toBe("PROOF_KEY");
      expect(missing(key)).toBe("PROOF_KEY");
    }
  });

  test("of one kind of tree are none of another kind", (ctx) => {
    let compared = 0;
    for (const { tree, data } of proofCases) {
      for (const { spec, tree: otherTree } of proofCases) {
        if (data === undefined) return ctx.skip(NO_DATA);
        if (tree === otherTree) continue;
        const { root, key, value } = data;
        const proof = decodeCommitmentProof(data.proof);
        const attempt = () =>
          value === undefined
            ? verifyNonMembership(primitives, { spec, root }, proof, key)
            : verifyMembership(primitives, { spec, root }, proof, key, value);
        expect(["PROOF_SPEC", "PROOF_KEY"]).toContain(refusalOf(attempt));
        compared++;
      }
    }
    expect(compared).toBe(18 * 12);
  });
});

/** One test per entry of a file, or one skipped test. */
function each<T>(file: string, check: (entry: T) => void): void {
  const entries = ics23Data<Readonly<Record<string, T>>>(`${file}.json`);
  if (entries === undefined) {
    test(file, (ctx) => ctx.skip(NO_DATA));
    return;
  }
  test.each(Object.entries(entries))("%s", (_, entry) => check(entry));
}

describe("hash functions", () => {
  each<{ HashOp: number; Preimage?: string; PreImage?: string; ExpectedHash: string }>("TestDoHashData", (entry) => {
    const data = utf8ToBytes(entry.Preimage ?? entry.PreImage ?? "");
    if (entry.HashOp === 1) expect(toHex(prehash(primitives, 1, data))).toBe(entry.ExpectedHash);
    // No tree here uses the others, so none is served.
    else expect(refusalOf(() => prehash(primitives, entry.HashOp, data))).toBe("PROOF_SPEC");
  });
});

describe("leaf operations", () => {
  each<{ Op: JsonLeaf; Key: string | null; Value: string | null; IsErr: boolean; Expected: string | null }>(
    "TestLeafOpData",
    ({ Op, Key, Value, IsErr, Expected }) => {
      const leaf = leafOf(Op);
      const attempt = () => applyLeaf(primitives, leaf, bytesOf(Key), bytesOf(Value));
      if (IsErr) expect(refusalOf(attempt)).toBe("PROOF_KEY");
      else if ([leaf.hash, leaf.prehashKey, leaf.prehashValue].some((op) => op > 1)) {
        expect(refusalOf(attempt)).toBe("PROOF_SPEC");
      } else expect(toBase64(attempt())).toBe(Expected);
    },
  );
});

describe("inner operations", () => {
  each<{ Op: JsonInner; Child: string | null; IsErr: boolean; Expected: string | null }>(
    "TestInnerOpData",
    ({ Op, Child, IsErr, Expected }) => {
      const attempt = () => applyInner(primitives, innerOf(Op), bytesOf(Child));
      if (IsErr) expect(refusalOf(attempt)).toBe("PROOF_SPEC");
      else expect(toBase64(attempt())).toBe(Expected);
    },
  );
});

describe("roots of existence proofs, whatever their form", () => {
  const rootOf = ({ key, value, leaf, path }: ExistenceProof): Uint8Array | undefined => {
    if (leaf === undefined) return undefined;
    return path.reduce((hash, op) => applyInner(primitives, op, hash), applyLeaf(primitives, leaf, key, value));
  };

  each<{ Proof: JsonExistence; IsErr: boolean; Expected: string | null }>(
    "TestExistenceProofData",
    ({ Proof, IsErr, Expected }) => {
      const root = rootOf(existenceOf(Proof));
      if (IsErr) expect(root).toBeUndefined();
      else expect(toBase64(root as Uint8Array)).toBe(Expected);
    },
  );
});

describe("form of leaves", () => {
  each<{ Leaf: JsonLeaf; Spec: JsonLeaf; IsErr: boolean }>("TestCheckLeafData", ({ Leaf, Spec, IsErr }) => {
    const spec = { leaf: leafOf(Spec), inner: iavlSpec.inner };
    expect(refusalOf(() => checkLeaf(spec, leafOf(Leaf)))).toBe(IsErr ? "PROOF_SPEC" : "accepted");
  });
});

describe("form of existence proofs", () => {
  each<{ Proof: JsonExistence; Spec: JsonSpec; Err: string }>("TestCheckAgainstSpecData", ({ Proof, Spec, Err }) => {
    const outcome = refusalOf(() => checkAgainstSpec(specOf(Spec), existenceOf(Proof)));
    expect(outcome).toBe(Err === "" ? "accepted" : "PROOF_SPEC");
  });
});

describe("empty branches", () => {
  const cases =
    ics23Data<{ Op: JsonInner; Spec: JsonSpec; IsLeft: boolean; IsRight: boolean }[]>("TestEmptyBranchData.json");
  test("TestEmptyBranchData", (ctx) => {
    if (cases === undefined) return ctx.skip(NO_DATA);
    for (const { Op, Spec, IsLeft, IsRight } of cases) {
      const { inner } = specOf(Spec);
      expect(leftBranchesAreEmpty(inner, innerOf(Op))).toBe(IsLeft);
      expect(rightBranchesAreEmpty(inner, innerOf(Op))).toBe(IsRight);
    }
    expect(cases).toHaveLength(8);
  });
});

test("the small vector of spec 05 §4.6", () => {
  const leaf = { hash: 1, prehashKey: 0, prehashValue: 0, length: 0, prefix: new Uint8Array(0) };
  const hash = applyLeaf(primitives, leaf, utf8ToBytes("foo"), utf8ToBytes("bar"));
  expect(toBase64(hash)).toBe("w6uP8Tcg6K2QR905Rms8iXTlksL6OD1KOWBxTK7wxPI=");
});

test("a leaf of an IAVL tree (spec 04 §7.4)", () => {
  const leaf = { ...iavlSpec.leaf, prefix: fromHex("000202") };
  expect(toHex(applyLeaf(primitives, leaf, utf8ToBytes("a"), utf8ToBytes("b")))).toBe(
    "07babb4c717e4c854558e806f6c0c82344009b234f1733b638c14730f625e8d1",
  );
});
