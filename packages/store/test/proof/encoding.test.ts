/**
 * The encoding of proofs against the public test data of ICS-23: written by Go, read by `@confio/ics23`, written again
 * here, the bytes are the same. Imports the encoder itself, which is not part of the door.
 * @module
 */
import { readFileSync } from "node:fs";
import { ics23 } from "@confio/ics23";
import { fromHex, toHex } from "@enclavenet/common";
import { describe, expect, test } from "vitest";
import { sharedFile } from "../../../../tests/support/shared.ts";
import { type ExistenceProof, encodeExistenceProof, encodeNonExistenceProof } from "../../src/proof/ics23.ts";

const NONE = new Uint8Array(0);
const plain = (bytes: Uint8Array | null | undefined) => Uint8Array.from(bytes ?? NONE);

function ours(proof: ics23.IExistenceProof): ExistenceProof {
  return {
    key: plain(proof.key),
    value: plain(proof.value),
    leafPrefix: plain(proof.leaf?.prefix),
    path: (proof.path ?? []).map(({ prefix, suffix }) => ({ prefix: plain(prefix), suffix: plain(suffix) })),
  };
}

function encodedAgain(bytes: Uint8Array): Uint8Array {
  const { exist, nonexist } = ics23.CommitmentProof.decode(bytes);
  if (exist) return encodeExistenceProof(ours(exist));
  const { key, left, right } = nonexist as ics23.INonExistenceProof;
  return encodeNonExistenceProof({
    key: plain(key),
    left: left ? ours(left) : undefined,
    right: right ? ours(right) : undefined,
  });
}

const cases = ["iavl", "tendermint"].flatMap((tree) =>
  ["exist", "nonexist"].flatMap((kind) => ["left", "middle", "right"].map((side) => `${tree}/${kind}_${side}.json`)),
);

describe("the encoding of proofs", () => {
  for (const name of cases) {
    test(`is that of Go for ${name}`, (ctx) => {
      const path = sharedFile("data", "ics23", name);
      if (path === undefined) return ctx.skip("the ics23 test data are not there");
      const { proof } = JSON.parse(readFileSync(path, "utf8")) as { proof: string };
      expect(toHex(encodedAgain(fromHex(proof)))).toBe(proof);
    });
  }
});
