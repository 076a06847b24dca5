/**
 * Generates a contract around random functions: types, imports, globals, table, data, and the accessor that reads every
 * global after a run.
 * @module
 */
import {
  type Callee,
  EMPTY,
  type FunctionTree,
  type GlobalTree,
  I32,
  I64,
  type ModuleTree,
  type Node,
  type Sequence,
  type Signature,
  type Type,
} from "./ast.ts";
import { COUNTERS } from "./code.ts";
import * as make from "./nodes.ts";
import { Random } from "./random.ts";
import { FunctionGenerator } from "./tight-loops.ts";
import type { ModuleScope } from "./values.ts";

/** Imports that only the comparison defines. */
export const HOST_FUNCTIONS: readonly { readonly name: string; readonly signature: Signature }[] = [
  { name: "host_value", signature: { params: [I32], result: I32 } },
  { name: "host_note", signature: { params: [I64, I32], result: EMPTY } },
];

/** Exports by the role that they play here; the engine knows the names. */
export const EXPORTS = {
  run: "query",
  allocate: "allocate",
  readGlobal: "sudo",
  version: "interface_version_8",
} as const;

const RUN: Signature = { params: [I32, I32], result: I32 };
const ALLOCATE: Signature = { params: [I32], result: I32 };
const VERSION: Signature = { params: [], result: EMPTY };
/** Instructions of a function that soon fills the stack. */
const HEAVY = 40_000;

function types(random: Random): Signature[] {
  const one = (): Signature => ({
    params: Array.from({ length: random.below(4) }, () => random.pick([I32, I64])),
    result: random.pick([EMPTY, I32, I64]),
  });
  return [RUN, ALLOCATE, VERSION, ...HOST_FUNCTIONS.map(({ signature }) => signature), one(), one(), one()];
}

function globals(random: Random): GlobalTree[] {
  const constant = (type: Type): readonly number[] => {
    const node = type === I32 ? make.i32(random.i32()) : make.i64(random.i64());
    return node.kind === "plain" ? [node.op, ...node.immediate] : [];
  };
  const fuel: GlobalTree = { type: I32, mutable: true, init: [0x41, ...make.signed(random.pick([5, 30, 120, 300]))] };
  const others = Array.from({ length: random.below(5) }, (): GlobalTree => {
    const type = random.pick([I32, I64]);
    return { type, mutable: random.chance(80), init: constant(type) };
  });
  return [fuel, ...others];
}

/** `(index, half) -> i32`: the low or the high half of a global. */
function accessor(list: readonly GlobalTree[], sequences: Sequence[]): Sequence {
  const register = (nodes: readonly Node[]): Sequence => {
    const sequence = { id: sequences.length, nodes };
    sequences.push(sequence);
    return sequence;
  };
  const nodes = list.flatMap(({ type }, index): Node[] => {
    const narrow = [
      make.getLocal(1),
      make.unary(0xad),
      make.i64(32n),
      make.binary(0x7e),
      make.binary(0x88),
      make.unary(0xa7),
    ];
    const first = register([make.getGlobal(index), ...(type === I64 ? narrow : []), make.RETURN]);
    return [
      make.getLocal(0),
      make.i32(index),
      make.binary(0x46),
      { kind: "if", type: EMPTY, first, second: undefined },
    ];
  });
  return register([...nodes, make.i32(0)]);
}

interface Plan {
  readonly signature: Signature;
  readonly exportName: string | undefined;
}

function plans(random: Random, list: readonly Signature[]): Plan[] {
  const inner = Array.from(
    { length: random.below(5) },
    (): Plan => ({ signature: random.pick(list), exportName: undefined }),
  );
  return [{ signature: RUN, exportName: EXPORTS.run }, { signature: ALLOCATE, exportName: EXPORTS.allocate }, ...inner];
}

/** An arm that never runs and weighs on the stack, and a call of the function itself. */
function ballast(sequences: Sequence[], self: Callee): Node[] {
  const filler = [make.i32(1), make.DROP];
  const first = { id: sequences.length, nodes: Array.from({ length: HEAVY }, (_, i) => filler[i % 2] as Node) };
  sequences.push(first);
  const { params, result } = self.signature;
  const args = params.map((type) => (type === I32 ? make.i32(0) : make.i64(0n)));
  const ballast: Node = { kind: "if", type: EMPTY, first, second: undefined };
  return [make.i32(0), ballast, ...args, { kind: "call", callee: self }, ...(result === EMPTY ? [] : [make.DROP])];
}

/** A function of the module; `self` is given when it is to be heavy. */
function tree(scope: ModuleScope, { signature, exportName }: Plan, self: Callee | undefined): FunctionTree {
  const { random } = scope;
  const own = Array.from({ length: random.below(6) }, () => random.pick([I32, I64]));
  const code = new FunctionGenerator(scope, [...signature.params, ...own], signature.result, random.pick([10, 30, 60]));
  const counters = Array.from({ length: COUNTERS }, () => I32);
  return {
    signature,
    exportName,
    locals: [...own, ...counters],
    body: code.body(self === undefined ? [] : ballast(scope.sequences, self)),
  };
}

/** Module `index` of the run with `seed`. */
export function generateModule(seed: number, index: number): ModuleTree {
  const random = new Random(seed, index);
  const signatures = types(random);
  const sequences: Sequence[] = [];
  const planned = plans(random, signatures);
  const list = globals(random);
  const callees: Callee[] = [
    ...HOST_FUNCTIONS.map(({ signature }, i) => ({ imported: true, index: i, signature })),
    ...planned.map(({ signature }, i) => ({ imported: false, index: i, signature })),
  ];
  const table = random.chance(75)
    ? Array.from({ length: 1 + random.below(12) }, () => (random.chance(85) ? random.below(planned.length) : undefined))
    : undefined;
  const pages = random.chance(5) ? 0 : 1 + random.below(3);
  const scope: ModuleScope = {
    random,
    types: signatures,
    callees,
    globals: list,
    table,
    signatures: planned.map(({ signature }) => signature),
    pages,
    fuel: 0,
    hazard: random.pick([0, 2, 10, 30]),
    sequences,
  };
  const heavy = random.chance(1);
  const functions: FunctionTree[] = planned.map((plan, i) =>
    tree(scope, plan, heavy && random.chance(50) ? callees[HOST_FUNCTIONS.length + i] : undefined),
  );
  functions.push({ signature: RUN, exportName: EXPORTS.readGlobal, locals: [], body: accessor(list, sequences) });
  const empty = { id: sequences.length, nodes: [] };
  sequences.push(empty);
  functions.push({ signature: VERSION, exportName: EXPORTS.version, locals: [], body: empty });
  return {
    types: signatures,
    imports: HOST_FUNCTIONS,
    functions,
    globals: list,
    table,
    pages,
    declaredMaximum: random.pick([undefined, pages, 192, 300]),
    data: segments(random, pages),
    sequences,
  };
}

function segments(random: Random, pages: number): ModuleTree["data"] {
  if (pages === 0) return [];
  return Array.from({ length: random.below(4) }, () => ({
    offset: random.below(60_000),
    bytes: Uint8Array.from({ length: random.below(40) }, () => random.below(256)),
  }));
}
