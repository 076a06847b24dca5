/** Rules about the form of proofs and about neighbours, each beside the honest proof that it lets pass (spec 05 §4.6). */
import { concatBytes, equalBytes } from "@enclavenet/common";
import {
  decodeCommitmentProof,
  type ExistenceProof,
  type InnerOp,
  iavlSpec,
  type LeafOp,
  type NonExistenceProof,
  type ProofOp,
  type ProofSpec,
  tendermintSpec,
  verifyMembership,
  verifyNonMembership,
} from "@enclavenet/light-client";
import { describe, expect, it } from "vitest";
import { checkInner } from "../../src/ics23/check-spec.ts";
import { areNeighbours, isLeftMost, isRightMost } from "../../src/ics23/neighbours.ts";
import { smtSpec } from "../support/ics23-data.ts";
import { committed, text } from "../support/ics23-trees.ts";
import { primitives } from "../support/primitives.ts";
import { refusalOf } from "../support/refusal.ts";

const names = [..."bdfhjlnprtvxz"];
const { appHash, prove } = committed(
  Object.fromEntries(names.map((name) => [name, Object.fromEntries(names.map((key) => [key, `value of ${key}`]))])),
);

interface Tree {
  readonly label: string;
  readonly spec: ProofSpec;
  readonly root: Uint8Array;
  existence(key: string): ExistenceProof;
}

function existenceIn(op: ProofOp | undefined): ExistenceProof {
  return decodeCommitmentProof(op!.data).exist!;
}

const storeRoot = existenceIn(prove("h", text("h"))[1]).value;
const iavl: Tree = {
  label: "IAVL",
  spec: iavlSpec,
  root: storeRoot,
  existence: (key) => existenceIn(prove("h", text(key))[0]),
};
const simple: Tree = {
  label: "simple",
  spec: tendermintSpec,
  root: appHash,
  existence: (name) => existenceIn(prove(name, text("b"))[1]),
};

function member({ spec, root }: Tree, proof: ExistenceProof): string {
  const { key, value } = proof;
  return refusalOf(() =>
    verifyMembership(primitives, { spec, root }, { exist: proof, nonexist: undefined }, key, value),
  );
}

function absent({ spec, root }: Tree, proof: NonExistenceProof): string {
  return refusalOf(() =>
    verifyNonMembership(primitives, { spec, root }, { exist: undefined, nonexist: proof }, proof.key),
  );
}

describe.each([iavl, simple])("leaf of the $label tree", (tree) => {
  const honest = tree.existence("h");
  const withLeaf = (changes: Partial<LeafOp>) => member(tree, { ...honest, leaf: { ...honest.leaf!, ...changes } });

  it("is accepted as it is", () => {
    expect(withLeaf({})).toBe("accepted");
  });

  it.each<[string, Partial<LeafOp>]>([
    ["no hash function", { hash: 0 }],
    ["another hash function", { hash: 2 }],
    ["a hashed key", { prehashKey: 1 }],
    ["a value that is not hashed", { prehashValue: 0 }],
    ["no lengths", { length: 0 }],
    ["fixed lengths", { length: 3 }],
    ["an unknown form of lengths", { length: 99 }],
    ["no prefix", { prefix: new Uint8Array(0) }],
    ["the prefix of an inner node", { prefix: Uint8Array.of(1) }],
    ["a longer prefix", { prefix: Uint8Array.of(...honest.leaf!.prefix, 1) }],
  ])("is not one with %s", (_, changes) => {
    expect(withLeaf(changes)).toBe("PROOF_SPEC");
  });

  it("has to be there", () => {
    expect(member(tree, { ...honest, leaf: undefined })).toBe("PROOF_SPEC");
  });
});

describe("leaf of the IAVL tree", () => {
  const honest = iavl.existence("h");

  it.each([
    ["height 1", [2, 2, 2]],
    ["a negative height", [1, 2, 2]],
    ["size 2", [0, 4, 2]],
    ["a negative size", [0, 3, 2]],
    ["a negative version", [0, 2, 1]],
    ["no version", [0, 2]],
    ["a version beyond 64 bits", [0, 2, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2]],
  ])("is not one of %s", (_, prefix) => {
    const leaf = { ...honest.leaf!, prefix: Uint8Array.from(prefix) };
    expect(member(iavl, { ...honest, leaf })).toBe("PROOF_SPEC");
  });

  it("of another version is another leaf", () => {
    const leaf = { ...honest.leaf!, prefix: Uint8Array.of(0, 2, 4) };
    expect(member(iavl, { ...honest, leaf })).toBe("PROOF_ROOT");
  });
});

describe.each([iavl, simple])("inner node of the $label tree", (tree) => {
  const proofs = names.map(tree.existence);
  const isLeftChild = ({ suffix }: InnerOp) => suffix.length > 0;
  const honest = proofs.find(({ path }) => isLeftChild(path[0]!))!;
  const withNode = (changes: Partial<InnerOp>, proof = honest) =>
    member(tree, { ...proof, path: [{ ...proof.path[0]!, ...changes }, ...proof.path.slice(1)] });
  const { prefix, suffix } = honest.path[0]!;

  it("is accepted as it is, with the child on either side", () => {
    expect(withNode({})).toBe("accepted");
    expect(
      withNode(
        {},
        proofs.find(({ path }) => !isLeftChild(path[0]!)),
      ),
    ).toBe("accepted");
  });

  it.each<[string, Partial<InnerOp>]>([
    ["no hash function", { hash: 0 }],
    ["another hash function", { hash: 2 }],
    ["no prefix", { prefix: new Uint8Array(0) }],
    ["the prefix of a leaf", { prefix: Uint8Array.of(0, ...prefix) }],
    ["a longer prefix", { prefix: Uint8Array.of(...prefix, ...new Uint8Array(80)) }],
    ["a longer suffix", { suffix: Uint8Array.of(...suffix, 0) }],
    ["a shorter suffix", { suffix: suffix.slice(1) }],
    ["a suffix of two children", { suffix: concatBytes(suffix, suffix) }],
  ])("is not one with %s", (_, changes) => {
    expect(withNode(changes)).toBe("PROOF_SPEC");
  });

  it("is another one without its sibling", () => {
    expect(withNode({ suffix: new Uint8Array(0) })).toBe("PROOF_ROOT");
  });

  it("cannot be left out or added", () => {
    expect(member(tree, { ...honest, path: honest.path.slice(0, -1) })).toBe("PROOF_ROOT");
    expect(member(tree, { ...honest, path: [] })).toBe("PROOF_ROOT");
    expect(member(tree, { ...honest, path: [...honest.path, honest.path.at(-1)!] })).not.toBe("accepted");
  });

  it("is one of at most 128", () => {
    const path = (length: number) => Array.from({ length }, () => honest.path[0]!);
    const tall = { ...honest.path[0]!, prefix: tree === iavl ? Uint8Array.of(0x80, 0x02, ...prefix.slice(1)) : prefix };
    expect(member(tree, { ...honest, path: path(128).map(() => tall) })).toBe("PROOF_ROOT");
    expect(member(tree, { ...honest, path: path(129).map(() => tall) })).toBe("PROOF_SPEC");
  });
});

it("inner node of the simple tree begins with 1", () => {
  const honest = simple.existence("h");
  const withFirstByte = (byte: number) => {
    const path = honest.path.map((node) => ({ ...node, prefix: Uint8Array.of(byte, ...node.prefix.slice(1)) }));
    return member(simple, { ...honest, path });
  };
  expect(withFirstByte(1)).toBe("accepted");
  expect(withFirstByte(2)).toBe("PROOF_SPEC");
});

describe("inner node of the IAVL tree", () => {
  const honest = iavl.existence("h");
  const withPrefix = (prefix: readonly number[]) =>
    member(iavl, {
      ...honest,
      path: [{ ...honest.path[0]!, prefix: Uint8Array.from(prefix) }, ...honest.path.slice(1)],
    });

  it.each([
    ["a negative height", [1, 4, 2, 32]],
    ["a negative size", [2, 3, 2, 32]],
    ["a negative version", [2, 4, 1, 32]],
    ["nothing before the child", [2, 4, 0x82, 0]],
    ["too much before the child", [2, 4, 2, 32, 32]],
    ["a head cut short", [2, 4, 0x80, 0x80]],
  ])("is not one with %s", (_, prefix) => {
    expect(withPrefix(prefix)).toBe("PROOF_SPEC");
  });

  it("is at least as high as its layer", () => {
    expect(honest.path.length).toBeGreaterThan(1);
    const lowered = honest.path.map((node) => ({ ...node, prefix: Uint8Array.of(2, ...node.prefix.slice(1)) }));
    expect(member(iavl, { ...honest, path: lowered })).toBe("PROOF_SPEC");
    expect(member(iavl, { ...honest, path: lowered.slice(0, 1) })).toBe("PROOF_ROOT");
  });
});

describe.each([iavl, simple])("neighbours in the $label tree", (tree) => {
  const claims = [..."abcdefghijklmnopqrstuvwxyz", "~"];
  const proofs = new Map<string | undefined, ExistenceProof>(names.map((name) => [name, tree.existence(name)]));
  const edges = [undefined, ...names];

  it("are accepted exactly when nothing is between them and the key is", () => {
    let accepted = 0;
    for (const left of edges) {
      for (const right of edges) {
        const isGap = edges.indexOf(left) === (right === undefined ? names.length : names.indexOf(right));
        for (const key of claims) {
          const outcome = absent(tree, { key: text(key), left: proofs.get(left), right: proofs.get(right) });
          const isBetween = (left === undefined || left < key) && (right === undefined || key < right);
          expect(outcome, `${left} ${key} ${right}`).toBe(isGap && isBetween ? "accepted" : "PROOF_NEIGHBOURS");
          if (outcome === "accepted") accepted++;
        }
      }
    }
    expect(accepted).toBe(claims.length - names.length);
  });

  it("are both of this tree", () => {
    const [left, right] = [tree.existence("f"), tree.existence("h")];
    const other = { ...left, value: text("another value") };
    expect(absent(tree, { key: text("g"), left, right })).toBe("accepted");
    expect(absent(tree, { key: text("g"), left: other, right })).toBe("PROOF_ROOT");
    expect(absent(tree, { key: text("g"), left: { ...left, leaf: undefined }, right })).toBe("PROOF_SPEC");
    expect(absent(tree, { key: text("g"), left, right: { ...right, key: text("hh") } })).toBe("PROOF_ROOT");
  });

  it("belong to the key that is asked for", () => {
    const { spec, root } = tree;
    const nonexist = { key: text("g"), left: tree.existence("f"), right: tree.existence("h") };
    const asked = (key: Uint8Array) =>
      refusalOf(() => verifyNonMembership(primitives, { spec, root }, { exist: undefined, nonexist }, key));
    expect(asked(text("g"))).toBe("accepted");
    expect(asked(text("ga"))).toBe("PROOF_KEY");
    expect(asked(new Uint8Array(0))).toBe("PROOF_KEY");
  });
});

it("the trees under test are more than one level high", () => {
  expect(Math.max(...names.map((name) => iavl.existence(name).path.length))).toBeGreaterThan(2);
  expect(Math.max(...names.map((name) => simple.existence(name).path.length))).toBeGreaterThan(2);
  expect(equalBytes(iavl.root, simple.root)).toBe(false);
});

describe("trees without rules of their own", () => {
  const node = (prefix: number, suffix: number, first = 1): InnerOp => {
    return { hash: 1, prefix: new Uint8Array(prefix).fill(first), suffix: new Uint8Array(suffix).fill(1) };
  };
  const form = (one: InnerOp) => refusalOf(() => checkInner(smtSpec, one, 1));

  it("have inner nodes that are told from leaves, with room for the siblings only", () => {
    expect(form(node(1, 32))).toBe("accepted");
    expect(form(node(33, 0))).toBe("accepted");
    expect(form(node(1, 32, 0))).toBe("PROOF_SPEC");
    expect(form(node(0, 32))).toBe("PROOF_SPEC");
    expect(form(node(34, 0))).toBe("PROOF_SPEC");
    expect(form(node(1, 31))).toBe("PROOF_SPEC");
    expect(form(node(1, 64))).toBe("PROOF_SPEC");
    expect(form({ ...node(1, 32), hash: 2 })).toBe("PROOF_SPEC");
  });

  it("have their children where the lengths say, or nowhere", () => {
    const { inner } = smtSpec;
    const sides = (one: InnerOp) => [isLeftMost(inner, [one]), isRightMost(inner, [one])];
    expect(sides(node(1, 32))).toEqual([true, false]);
    expect(sides(node(33, 0))).toEqual([false, true]);
    for (const odd of [node(0, 32), node(2, 32), node(1, 0), node(33, 32), node(20, 0), node(32, 0), node(34, 0)]) {
      expect(sides(odd)).toEqual([false, false]);
    }
  });
});

it("paths that part are neighbours only from left to right, whatever their keys say", () => {
  const left: InnerOp = { hash: 1, prefix: Uint8Array.of(1), suffix: new Uint8Array(32).fill(1) };
  const right: InnerOp = { hash: 1, prefix: new Uint8Array(33).fill(1), suffix: new Uint8Array(0) };
  const other: InnerOp = { ...left, suffix: new Uint8Array(32).fill(2) };
  const odd: InnerOp = { ...left, suffix: new Uint8Array(31) };
  const { inner } = smtSpec;
  expect(areNeighbours(inner, [left], [right])).toBe(true);
  expect(areNeighbours(inner, [right], [left])).toBe(false);
  expect(areNeighbours(inner, [left], [other])).toBe(false);
  expect(areNeighbours(inner, [odd], [left])).toBe(false);
  expect(areNeighbours(inner, [left], [left])).toBe(false);
  expect(areNeighbours(inner, [], [right])).toBe(false);
});

it("a tree may demand a number of inner nodes", () => {
  const honest = iavl.existence("h");
  const depth = honest.path.length;
  const within = (minDepth: number, maxDepth: number) => {
    return member({ ...iavl, spec: { ...iavlSpec, minDepth, maxDepth } }, honest);
  };
  expect(within(depth, depth)).toBe("accepted");
  expect(within(depth + 1, depth + 1)).toBe("PROOF_SPEC");
  expect(within(depth - 1, depth - 1)).toBe("PROOF_SPEC");
});

it("the rules about IAVL nodes hold on their own", () => {
  const check = (prefix: readonly number[]) => {
    return refusalOf(() => iavlSpec.checkNode!({ ...iavlSpec.leaf, prefix: Uint8Array.from(prefix) }, 0));
  };
  expect(check([0, 2, 2])).toBe("accepted");
  expect(check([2, 2, 2])).toBe("PROOF_SPEC");
});
