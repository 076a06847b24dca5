/** The decoders of this room, for its property test and for the long fuzz run. */
import { decodeCommitmentProof, type ProofOp, verifyStoreMembership } from "@enclavenet/light-client";
import fc from "fast-check";
import type { Decoder } from "../../../../tests/support/decoder.ts";
import { DecoderDefect } from "../../../../tests/support/decoder.ts";
import { committed, text } from "./ics23-trees.ts";
import { primitives } from "./primitives.ts";

const REFUSALS = ["PROOF", "PROOF_DECODE", "PROOF_SPEC", "PROOF_KEY", "PROOF_ROOT", "PROOF_NEIGHBOURS", "PROOF_OPS"];

const { appHash, prove } = committed({ acc: { a: "b", c: "d", e: "f", g: "h" }, bank: { x: "y" } });
const [inStore, ofStore] = prove("acc", text("c")) as [ProofOp, ProofOp];
const [absent] = prove("acc", text("d")) as [ProofOp];

const same = (a: Uint8Array, b: Uint8Array) => Buffer.from(a).equals(Buffer.from(b));

/** A changed proof may still prove the same; it never proves another value. */
function membership(name: string, honest: Uint8Array, ops: (data: Uint8Array) => readonly ProofOp[]): Decoder {
  return {
    name: `light-client: ${name}`,
    seeds: fc.constant(honest),
    refusals: REFUSALS,
    attempt(data) {
      verifyStoreMembership(primitives, appHash, "acc", text("c"), text("d"), ops(data));
      if (same(data, honest)) return;
      try {
        verifyStoreMembership(primitives, appHash, "acc", text("c"), text("e"), ops(data));
      } catch {
        return;
      }
      throw new DecoderDefect("a changed proof proves another value");
    },
  };
}

export const decoders: readonly Decoder[] = [
  {
    name: "light-client: CommitmentProof",
    seeds: fc.constantFrom(inStore.data, ofStore.data, absent.data),
    refusals: REFUSALS,
    attempt: (bytes) => void decodeCommitmentProof(bytes),
  },
  membership("proof in a store", inStore.data, (data) => [{ ...inStore, data }, ofStore]),
  membership("proof of a store", ofStore.data, (data) => [inStore, { ...ofStore, data }]),
];
