/** The public test data of ICS-23, where they are there, in this room's types. */
import { readFileSync } from "node:fs";
import { fromBase64, fromHex } from "@enclavenet/common";
import {
  type ExistenceProof,
  type InnerOp,
  iavlSpec,
  type LeafOp,
  type ProofSpec,
  tendermintSpec,
} from "@enclavenet/light-client";
import { sharedFile } from "../../../../tests/support/shared.ts";

/** Reason of tests that are skipped. */
export const NO_DATA = "the shared ICS-23 data are not there";

/** A file of the data, or undefined. */
export function ics23Data<T>(...path: readonly string[]): T | undefined {
  const file = sharedFile("data", "ics23", ...path);
  return file === undefined ? undefined : (JSON.parse(readFileSync(file, "utf8")) as T);
}

/** Base64 of a JSON file; absent is empty. */
export function bytesOf(text: string | null | undefined): Uint8Array {
  return fromBase64(text ?? "");
}

export interface JsonLeaf {
  readonly hash?: number;
  readonly prehash_key?: number;
  readonly prehash_value?: number;
  readonly length?: number;
  readonly prefix?: string;
}

export interface JsonInner {
  readonly hash?: number;
  readonly prefix?: string;
  readonly suffix?: string;
}

export interface JsonExistence {
  readonly key?: string;
  readonly value?: string;
  readonly leaf?: JsonLeaf;
  readonly path?: readonly JsonInner[];
}

export interface JsonSpec {
  readonly leaf_spec: JsonLeaf;
  readonly inner_spec: {
    readonly child_order: readonly number[];
    readonly child_size: number;
    readonly min_prefix_length: number;
    readonly max_prefix_length: number;
    readonly empty_child?: string;
    readonly hash: number;
  };
  readonly min_depth?: number;
  readonly max_depth?: number;
}

export function leafOf(json: JsonLeaf): LeafOp {
  return {
    hash: json.hash ?? 0,
    prehashKey: json.prehash_key ?? 0,
    prehashValue: json.prehash_value ?? 0,
    length: json.length ?? 0,
    prefix: bytesOf(json.prefix),
  };
}

export function innerOf(json: JsonInner): InnerOp {
  return { hash: json.hash ?? 0, prefix: bytesOf(json.prefix), suffix: bytesOf(json.suffix) };
}

export function existenceOf(json: JsonExistence): ExistenceProof {
  return {
    key: bytesOf(json.key),
    value: bytesOf(json.value),
    leaf: json.leaf === undefined ? undefined : leafOf(json.leaf),
    path: (json.path ?? []).map(innerOf),
  };
}

/** Go applies the rules of IAVL to every tree whose leaves and nodes have IAVL's form; so the same is done here. */
export function specOf(json: JsonSpec): ProofSpec {
  const inner = json.inner_spec;
  const isIavl = inner.child_size === 33;
  return {
    leaf: leafOf(json.leaf_spec),
    inner: {
      childOrder: inner.child_order,
      childSize: inner.child_size,
      minPrefixLength: inner.min_prefix_length,
      maxPrefixLength: inner.max_prefix_length,
      hash: inner.hash,
      ...(inner.empty_child === undefined ? {} : { emptyChild: bytesOf(inner.empty_child) }),
    },
    ...(json.min_depth ? { minDepth: json.min_depth } : {}),
    ...(json.max_depth ? { maxDepth: json.max_depth } : {}),
    ...(isIavl && iavlSpec.checkNode !== undefined ? { checkNode: iavlSpec.checkNode } : {}),
  };
}

/** A sparse Merkle tree: no chain here has one, but the verifier is general enough for it. */
export const smtSpec: ProofSpec = {
  leaf: { hash: 1, prehashKey: 1, prehashValue: 1, length: 0, prefix: Uint8Array.of(0) },
  inner: {
    childOrder: [0, 1],
    childSize: 32,
    minPrefixLength: 1,
    maxPrefixLength: 1,
    emptyChild: new Uint8Array(32),
    hash: 1,
  },
  maxDepth: 256,
  comparesHashedKeys: true,
};

const SPECS = { iavl: iavlSpec, tendermint: tendermintSpec, smt: smtSpec } as const;

/** One proof of the data. */
export interface ProofCase {
  readonly name: string;
  readonly tree: keyof typeof SPECS;
  readonly spec: ProofSpec;
  /** Undefined when the data are not there. */
  readonly data: ProofData | undefined;
}

export interface ProofData {
  readonly root: Uint8Array;
  readonly proof: Uint8Array;
  readonly key: Uint8Array;
  /** Undefined in a proof of absence. */
  readonly value: Uint8Array | undefined;
}

function proofData(tree: string, name: string): ProofData | undefined {
  const json = ics23Data<Record<"root" | "proof" | "key" | "value", string>>(tree, `${name}.json`);
  if (json === undefined) return undefined;
  return {
    root: fromHex(json.root),
    proof: fromHex(json.proof),
    key: fromHex(json.key),
    value: name.startsWith("exist") ? fromHex(json.value) : undefined,
  };
}

/** All proofs of the data. */
export const proofCases: readonly ProofCase[] = (["iavl", "tendermint", "smt"] as const).flatMap((tree) =>
  ["exist", "nonexist"].flatMap((kind) =>
    ["left", "middle", "right"].map((side) => {
      const name = `${kind}_${side}`;
      return { name: `${tree}/${name}`, tree, spec: SPECS[tree], data: proofData(tree, name) };
    }),
  ),
);
