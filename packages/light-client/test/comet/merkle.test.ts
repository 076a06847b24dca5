/** The Merkle tree against the vectors of spec 05 §3.13, and its proofs against every mutation. */
import { fromHex, toHex, utf8ToBytes } from "@enclavenet/common";
import {
  innerHash,
  leafHash,
  type MerkleProof,
  merkleProof,
  merkleRoot,
  verifyMerkleProof,
} from "@enclavenet/light-client";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { primitives } from "../support/primitives.ts";
import { refusalOf } from "../support/refusal.ts";

describe("roots", () => {
  it.each([
    [[], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    [["010203"], "054edec1d0211f624fed0cbca9d4f9400b0e491c43742af2c5b0abebf0c990d8"],
    [[""], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"],
    [["010203", "040506"], "82e6cfce00453804379b53962939eaa7906b39904be0813fcadd31b100773c4b"],
    [["0102", "0304", "0506", "0708", "090a"], "f326493eceab4f2d9ffbc78c59432a0a005d6ea98392045c74df5d14a113be18"],
  ])("of %j", (leaves, root) => {
    expect(toHex(merkleRoot(primitives, leaves.map(fromHex)))).toBe(root);
  });

  it("RFC 6962 leaf and inner node", () => {
    expect(toHex(leafHash(primitives, utf8ToBytes("L123456")))).toBe(
      "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56",
    );
    expect(toHex(innerHash(primitives, utf8ToBytes("N123"), utf8ToBytes("N456")))).toBe(
      "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb",
    );
  });
});

/** Distinct leaves: equal ones prove each other's place. */
const leaves = fc.uniqueArray(fc.uint8Array({ maxLength: 4 }), { minLength: 1, maxLength: 40, selector: toHex });
const place = fc.record({ leaves, at: fc.nat() }).map(({ leaves, at }) => ({ leaves, index: at % leaves.length }));

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => (index === at % bytes.length ? byte ^ 1 : byte));
}

/** Proofs that say something else than the honest one. */
function mutants(proof: MerkleProof, at: number): MerkleProof[] {
  const { total, index, aunts } = proof;
  const others: MerkleProof[] = [
    { ...proof, index: index + 1 },
    { ...proof, index: index - 1 },
    { ...proof, index: index + 0.5 },
    { ...proof, index: Number.NaN },
    { ...proof, total: Number.NaN },
    { ...proof, total: Number.POSITIVE_INFINITY },
    { ...proof, total: 0 },
    { ...proof, leafHash: flipped(proof.leafHash, at) },
    { ...proof, leafHash: proof.leafHash.slice(1) },
    { ...proof, aunts: [...aunts, proof.leafHash] },
    { ...proof, aunts: Array.from({ length: 101 }, () => proof.leafHash) },
  ];
  if (aunts.length > 0) {
    const changed = at % aunts.length;
    const replaced = (aunt: Uint8Array) => aunts.map((one, i) => (i === changed ? aunt : one));
    others.push(
      { ...proof, aunts: aunts.slice(1) },
      { ...proof, aunts: aunts.slice(0, -1) },
      { ...proof, aunts: replaced(flipped(aunts[changed]!, at)) },
      { ...proof, aunts: replaced(aunts[changed]!.slice(0, 31)) },
      { ...proof, aunts: [] },
      { ...proof, total: total * 2 + 1 },
    );
  }
  return others;
}

describe("proofs", () => {
  it("of honest trees verify, and in no other form", () => {
    fc.assert(
      fc.property(place, fc.nat(), ({ leaves, index }, at) => {
        const root = merkleRoot(primitives, leaves);
        const proof = merkleProof(primitives, leaves, index);
        const leaf = leaves[index]!;
        expect(verifyMerkleProof(primitives, root, leaf, proof)).toBe(true);
        expect(verifyMerkleProof(primitives, root, Uint8Array.of(...leaf, 0), proof)).toBe(false);
        expect(verifyMerkleProof(primitives, flipped(root, at), leaf, proof)).toBe(false);
        for (const mutant of mutants(proof, at)) {
          expect(verifyMerkleProof(primitives, root, leaf, mutant), JSON.stringify(mutant)).toBe(false);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("do not carry over to another place or another tree", () => {
    fc.assert(
      fc.property(place, fc.nat(), ({ leaves, index }, at) => {
        const proof = merkleProof(primitives, leaves, index);
        const other = at % leaves.length;
        const changed = leaves.map((leaf, i) => (i === other ? Uint8Array.of(...leaf, 7) : leaf));
        const kept = other === index ? changed[index]! : leaves[index]!;
        expect(verifyMerkleProof(primitives, merkleRoot(primitives, changed), kept, proof)).toBe(false);
        const inserted = [...leaves, Uint8Array.of(9)];
        expect(verifyMerkleProof(primitives, merkleRoot(primitives, inserted), leaves[index]!, proof)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  it("are not made of an inner node as a leaf", () => {
    const leaves = [1, 2, 3, 4].map((byte) => Uint8Array.of(byte));
    const [a, b, c, d] = leaves.map((leaf) => leafHash(primitives, leaf)) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const root = merkleRoot(primitives, leaves);
    const inner = innerHash(primitives, a, b);
    const aunts = [innerHash(primitives, c, d)];
    const forged = { total: 2, index: 0, leafHash: inner, aunts };
    expect(verifyMerkleProof(primitives, root, Uint8Array.of(...a, ...b), forged)).toBe(false);
    expect(
      verifyMerkleProof(primitives, root, leaves[0]!, { total: 4, index: 0, leafHash: a, aunts: [b, ...aunts] }),
    ).toBe(true);
  });

  it("exist for leaves only", () => {
    expect(refusalOf(() => merkleProof(primitives, [Uint8Array.of(1)], 0))).toBe("accepted");
    expect(refusalOf(() => merkleProof(primitives, [Uint8Array.of(1)], 1))).toBe("PROOF");
    expect(refusalOf(() => merkleProof(primitives, [], 0))).toBe("PROOF");
  });
});
