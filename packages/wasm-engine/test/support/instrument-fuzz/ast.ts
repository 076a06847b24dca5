/**
 * Generated modules as trees, and the rules of metering read off the tree (spec 03 §2.3). Nothing here comes from the
 * engine: this is the second opinion that the instrumenter is held against.
 * @module
 */

export const I32 = 0x7f;
export const I64 = 0x7e;
export const EMPTY = 0x40;
/** A value type, or `EMPTY` where a result may be missing. */
export type Type = number;

export const CODE = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  drop: 0x1a,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
} as const;

/** One instruction; control instructions hold their sequences. `pops` and `pushes` count operands. */
export type Node =
  | {
      readonly kind: "plain";
      readonly op: number;
      readonly immediate: readonly number[];
      readonly pops: number;
      readonly pushes: number;
    }
  | { readonly kind: "block" | "loop"; readonly type: Type; readonly body: Sequence }
  | { readonly kind: "if"; readonly type: Type; readonly first: Sequence; readonly second: Sequence | undefined }
  | { readonly kind: "br" | "brIf"; readonly depth: number }
  | { readonly kind: "brTable"; readonly depths: readonly number[] }
  | { readonly kind: "call"; readonly callee: Callee }
  | { readonly kind: "indirect"; readonly type: number; readonly signature: Signature }
  | { readonly kind: "grow" };

/** The body of a function, a block, a loop, or an arm of an if. */
export interface Sequence {
  readonly id: number;
  readonly nodes: readonly Node[];
}

export interface Signature {
  readonly params: readonly Type[];
  readonly result: Type;
}

/** A function by its place: imports and functions of the module are numbered apart. */
export interface Callee {
  readonly imported: boolean;
  readonly index: number;
  readonly signature: Signature;
}

export interface FunctionTree {
  readonly signature: Signature;
  readonly exportName: string | undefined;
  readonly locals: readonly Type[];
  readonly body: Sequence;
}

export interface GlobalTree {
  readonly type: Type;
  readonly mutable: boolean;
  /** The constant instruction. */
  readonly init: readonly number[];
}

export interface ModuleTree {
  readonly types: readonly Signature[];
  readonly imports: readonly { readonly name: string; readonly signature: Signature }[];
  readonly functions: readonly FunctionTree[];
  readonly globals: readonly GlobalTree[];
  /** Functions of the module by table entry; undefined is null. */
  readonly table: readonly (number | undefined)[] | undefined;
  readonly pages: number;
  readonly declaredMaximum: number | undefined;
  readonly data: readonly { readonly offset: number; readonly bytes: Uint8Array }[];
  /** By id; of dead code, too. */
  readonly sequences: readonly Sequence[];
}

export const GAS_PER_INSTRUCTION = 2n;

function endsSequence(node: Node): boolean {
  if (node.kind === "br" || node.kind === "brTable") return true;
  return node.kind === "plain" && (node.op === CODE.return || node.op === CODE.unreachable);
}

/** The instructions of a sequence that count: no nop, nothing after the first that never falls through. */
export function countedNodes(sequence: Sequence): readonly Node[] {
  const end = sequence.nodes.findIndex(endsSequence);
  const live = end < 0 ? sequence.nodes : sequence.nodes.slice(0, end + 1);
  return live.filter((node) => node.kind !== "plain" || node.op !== CODE.nop);
}

function arity(type: Type): number {
  return type === EMPTY ? 0 : 1;
}

interface Frame {
  height: number;
  instructions: number;
  /** Undefined stands for what is no function of the module. */
  readonly calls: (number | undefined)[];
}

/** Walks live code from operand height `at`; returns the height after the sequence as its instructions leave it. */
function measure(sequence: Sequence, at: number, frame: Frame): void {
  let height = at;
  const move = (pops: number, pushes: number): void => {
    height += pushes - pops;
    frame.height = Math.max(frame.height, height);
  };
  for (const node of countedNodes(sequence)) {
    frame.instructions++;
    switch (node.kind) {
      case "plain":
        move(node.pops, node.pushes);
        break;
      case "block":
      case "loop":
        measure(node.body, height, frame);
        move(0, arity(node.type));
        break;
      case "if":
        move(1, 0);
        measure(node.first, height, frame);
        if (node.second !== undefined) measure(node.second, height, frame);
        move(0, arity(node.type));
        break;
      case "brIf":
        move(1, 0);
        break;
      case "call":
      case "indirect": {
        const signature = node.kind === "call" ? node.callee.signature : node.signature;
        frame.calls.push(node.kind === "call" && !node.callee.imported ? node.callee.index : undefined);
        move(signature.params.length + (node.kind === "indirect" ? 1 : 0), arity(signature.result));
        break;
      }
      default: // br and br_table end the sequence; memory.grow takes one operand and leaves one.
    }
  }
}

/** Frames up to this weight, with all that they call, are not counted. */
const UNCOUNTED = 512;

/**
 * What one activation of each function takes from the stack counter: 64, 2 per parameter, 1 per local, operand and
 * instruction; nothing when that and all that it calls is at most 512, with no import, table or recursion among it
 * (docs/compatibility.md, depth of recursion).
 */
export function stackWeights(functions: readonly FunctionTree[]): number[] {
  const frames = functions.map((fn): Frame => {
    const frame: Frame = { height: 0, instructions: 0, calls: [] };
    measure(fn.body, 0, frame);
    return frame;
  });
  const own = functions.map(({ signature, locals }, i) => {
    const { height, instructions } = frames[i] as Frame;
    return 64 + 2 * signature.params.length + locals.length + height + instructions;
  });
  const path = (index: number | undefined, above: readonly number[]): number => {
    if (index === undefined || above.includes(index)) return Number.POSITIVE_INFINITY;
    const weight = own[index] as number;
    if (weight > UNCOUNTED || above.length > UNCOUNTED / 64) return Number.POSITIVE_INFINITY;
    const { calls } = frames[index] as Frame;
    return weight + Math.max(0, ...[...new Set(calls)].map((callee) => path(callee, [...above, index])));
  };
  return own.map((weight, index) => (path(index, []) <= UNCOUNTED ? 0 : weight));
}
