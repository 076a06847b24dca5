/**
 * Mutated proofs against `@confio/ics23`: what we accept, it accepts too, and it is true. We may be stricter, never laxer
 * (spec 05 §4.6).
 */
import * as oracle from "@confio/ics23";
import {
  type CommitmentProof,
  decodeCommitmentProof,
  type ExistenceProof,
  type InnerOp,
  iavlSpec,
  type LeafOp,
  tendermintSpec,
  verifyMembership,
  verifyNonMembership,
} from "@enclavenet/light-client";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyEdits, edits } from "../../../../tests/support/mutations.ts";
import { committed, encodeProof, flipped, text } from "../support/ics23-trees.ts";
import { primitives } from "../support/primitives.ts";
import { refusalOf } from "../support/refusal.ts";

const names = [..."bdfhjlnprt"];
const content = Object.fromEntries(names.map((key) => [key, `value of ${key}`]));
const { appHash, prove } = committed(Object.fromEntries(names.map((name) => [name, content])));
const storeRoot = decodeCommitmentProof(prove("h", text("h"))[1]!.data).exist!.value;

interface Subject {
  readonly label: string;
  readonly ours: typeof iavlSpec;
  readonly theirs: oracle.ics23.IProofSpec;
  readonly root: Uint8Array;
  /** What the tree has at a key. */
  truth(key: string): Uint8Array | undefined;
  readonly proofs: readonly Uint8Array[];
}

const iavlKeys = [..."abcdefghijklmnopqrstu"];
const subjects: readonly Subject[] = [
  {
    label: "IAVL",
    ours: iavlSpec,
    theirs: oracle.iavlSpec,
    root: storeRoot,
    truth: (key) => (names.includes(key) ? text(content[key]!) : undefined),
    proofs: iavlKeys.map((key) => prove("h", text(key))[0]!.data),
  },
  {
    label: "simple",
    ours: tendermintSpec,
    theirs: oracle.tendermintSpec,
    root: appHash,
    truth: (key) => (names.includes(key) ? storeRoot : undefined),
    proofs: names.map((name) => prove(name, text("b"))[1]!.data),
  },
];

function oracleAccepts(attempt: () => boolean): boolean {
  try {
    return attempt();
  } catch {
    return false;
  }
}

/** Verifies every claim about every key; returns how many were accepted. */
function compare({ ours, theirs, root, truth }: Subject, data: Uint8Array): number {
  let proof: CommitmentProof;
  try {
    proof = decodeCommitmentProof(data);
  } catch (error) {
    expect(
      refusalOf(() => {
        throw error;
      }),
    ).toBe("PROOF_DECODE");
    return 0;
  }
  const theirProof = oracle.ics23.CommitmentProof.decode(data);
  let accepted = 0;
  const check = (isTrue: boolean, our: () => void, their: () => boolean) => {
    if (refusalOf(our) !== "accepted") return;
    expect(oracleAccepts(their)).toBe(true);
    expect(isTrue).toBe(true);
    accepted++;
  };
  const { exist } = proof;
  for (const key of iavlKeys) {
    const value = truth(key);
    for (const claimed of [value ?? text("value"), exist?.value ?? text("value")]) {
      check(
        value !== undefined && Buffer.from(claimed).equals(value),
        () => verifyMembership(primitives, { spec: ours, root }, proof, text(key), claimed),
        () => oracle.verifyMembership(theirProof, theirs, root, text(key), claimed),
      );
    }
    check(
      value === undefined,
      () => verifyNonMembership(primitives, { spec: ours, root }, proof, text(key)),
      () => oracle.verifyNonMembership(theirProof, theirs, root, text(key)),
    );
  }
  return accepted;
}

/** Changes of a proof that keep it readable. */
type Change = (proof: ExistenceProof, other: ExistenceProof, at: number) => ExistenceProof;

function changeNode(change: (node: InnerOp, at: number) => InnerOp): Change {
  return (proof, _, at) => ({
    ...proof,
    path: proof.path.map((node, index) => (index === at % proof.path.length ? change(node, at >> 3) : node)),
  });
}

function changeLeaf(change: (leaf: LeafOp, at: number) => LeafOp): Change {
  return (proof, _, at) => ({ ...proof, leaf: proof.leaf === undefined ? undefined : change(proof.leaf, at) });
}

const changes: readonly Change[] = [
  (proof) => proof,
  (_, other) => other,
  (proof, other) => ({ ...proof, key: other.key }),
  (proof, other) => ({ ...proof, value: other.value }),
  (proof, other) => ({ ...proof, path: other.path }),
  (proof, other) => ({ ...proof, leaf: other.leaf }),
  (proof, _, at) => ({ ...proof, key: flipped(proof.key, at) }),
  (proof, _, at) => ({ ...proof, value: flipped(proof.value, at) }),
  (proof, _, at) => ({ ...proof, path: proof.path.filter((_, index) => index !== at % proof.path.length) }),
  (proof, other) => ({ ...proof, path: [...proof.path, ...other.path] }),
  (proof) => ({ ...proof, path: [...proof.path].reverse() }),
  (proof) => ({ ...proof, leaf: undefined }),
  changeNode((node, at) => ({ ...node, prefix: flipped(node.prefix, at) })),
  changeNode((node, at) => ({ ...node, suffix: flipped(node.suffix, at) })),
  changeNode((node, at) => ({ ...node, hash: at % 3 })),
  changeNode((node) => ({ ...node, prefix: node.suffix, suffix: node.prefix })),
  changeNode((node) => ({ ...node, prefix: Uint8Array.of(...node.prefix, ...node.suffix), suffix: new Uint8Array(0) })),
  changeNode((node) => ({ ...node, suffix: new Uint8Array(0) })),
  changeLeaf((leaf, at) => ({ ...leaf, prefix: flipped(leaf.prefix, at) })),
  changeLeaf((leaf) => ({ ...leaf, prefix: Uint8Array.of(...leaf.prefix, 0) })),
  changeLeaf((leaf, at) => ({ ...leaf, length: at % 4 })),
  changeLeaf((leaf, at) => ({ ...leaf, prehashKey: at % 2, prehashValue: (at >> 1) % 2, hash: (at >> 2) % 2 })),
];

describe.each(subjects)("the $label tree", (subject) => {
  const { proofs, label } = subject;
  const existing = proofs.map((data) => decodeCommitmentProof(data).exist).filter((one) => one !== undefined);
  const pick = fc.constantFrom(...proofs);
  const one = fc.constantFrom(...existing);
  const change = fc.constantFrom(...changes);

  it("honest proofs are accepted once each", () => {
    for (const data of proofs) {
      expect(compare(subject, data)).toBe(decodeCommitmentProof(data).exist === undefined ? 1 : 2);
    }
  });

  it("bytes with edits", () => {
    fc.assert(
      fc.property(pick, edits, (data, changes) => {
        compare(subject, applyEdits(data, changes));
      }),
      { numRuns: 400 },
    );
  });

  it("bytes with flipped bits", () => {
    fc.assert(
      fc.property(pick, fc.nat(), (data, at) => {
        compare(subject, flipped(data, at));
      }),
      { numRuns: 400 },
    );
  });

  it("parts of several proofs put together", () => {
    let accepted = 0;
    fc.assert(
      fc.property(one, one, change, change, fc.nat(), (first, second, a, b, at) => {
        const exist = b(a(first, second, at), second, at >> 4);
        accepted += compare(subject, encodeProof({ exist, nonexist: undefined }));
      }),
      { numRuns: 600 },
    );
    expect(accepted, label).toBeGreaterThan(0);
  });

  it("neighbours that are none, or changed", () => {
    let accepted = 0;
    const last = existing.length - 1;
    const pair = fc.record({
      left: fc.integer({ min: -1, max: last }),
      /** Mostly the next one. */
      distance: fc.oneof(
        { weight: 3, arbitrary: fc.constant(1) },
        { weight: 1, arbitrary: fc.integer({ min: -3, max: 3 }) },
      ),
      /** Mostly between the two. */
      key: fc.option(fc.constantFrom(...iavlKeys), { nil: undefined, freq: 1 }),
      changed: fc.option(fc.constantFrom("left", "right"), { nil: undefined }),
    });
    fc.assert(
      fc.property(pair, one, change, fc.nat(), (pair, other, change, at) => {
        const proofAt = (index: number, side: string): ExistenceProof | undefined => {
          const proof = existing[index];
          return proof === undefined || pair.changed !== side ? proof : change(proof, other, at);
        };
        const key = text(pair.key ?? (iavlKeys[2 * pair.left + 2] as string));
        const left = proofAt(pair.left, "left");
        const right = proofAt(pair.left + pair.distance, "right");
        accepted += compare(subject, encodeProof({ exist: undefined, nonexist: { key, left, right } }));
      }),
      { numRuns: 600 },
    );
    expect(accepted, label).toBeGreaterThan(0);
  });
});
