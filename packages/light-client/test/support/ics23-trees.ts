/** Trees with proofs of everything in and between their keys, made by the store, and proofs in the oracle's encoding. */
import { ics23 } from "@confio/ics23";
import { utf8ToBytes } from "@enclavenet/common";
import type { CommitmentProof, ExistenceProof, ProofOp } from "@enclavenet/light-client";
import { MemoryBackend, RootMultiStore } from "@enclavenet/store";

export const text = utf8ToBytes;

export interface Committed {
  readonly appHash: Uint8Array;
  /** Steps of the proof of a key, or of its absence. */
  prove(store: string, key: Uint8Array): readonly ProofOp[];
}

/** A multistore with these pairs, written in order. */
export function committed(stores: Readonly<Record<string, Readonly<Record<string, string>>>>): Committed {
  const store = RootMultiStore.open({ backend: new MemoryBackend(), storeNames: Object.keys(stores) });
  for (const [name, pairs] of Object.entries(stores)) {
    for (const [key, value] of Object.entries(pairs)) store.kvStore(name).set(text(key), text(value));
  }
  const { appHash, version } = store.commit();
  return { appHash, prove: (name, key) => store.prove(name, key, version).ops };
}

/** Our proof as the oracle writes it. */
export function encodeProof(proof: CommitmentProof): Uint8Array {
  return ics23.CommitmentProof.encode(ics23.CommitmentProof.fromObject(toOracle(proof))).finish();
}

/** Our proof in the oracle's types. */
export function toOracle({ exist, nonexist }: CommitmentProof): { [key: string]: unknown } {
  return {
    ...(exist === undefined ? {} : { exist: existence(exist) }),
    ...(nonexist === undefined
      ? {}
      : {
          nonexist: {
            key: nonexist.key,
            ...(nonexist.left === undefined ? {} : { left: existence(nonexist.left) }),
            ...(nonexist.right === undefined ? {} : { right: existence(nonexist.right) }),
          },
        }),
  };
}

function existence({ key, value, leaf, path }: ExistenceProof): { [key: string]: unknown } {
  return { key, value, path, ...(leaf === undefined ? {} : { leaf }) };
}

/** Bytes with one bit flipped. */
export function flipped(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => (index === at % bytes.length ? byte ^ (1 << (at % 8)) : byte));
}
