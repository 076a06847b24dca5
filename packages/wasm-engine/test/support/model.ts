/**
 * A second opinion on gas: programs as trees, written out as text modules, and an interpreter that charges by the rule
 * (spec 03 §2.3) while it runs the tree. It shares nothing with the engine.
 * @module
 */
import fc from "fast-check";

/** One instruction; control instructions hold their sequences. */
export type Node =
  | { readonly op: "plain"; readonly text: string; run(machine: Machine): void }
  | { readonly op: "nop" }
  | { readonly op: "block" | "loop"; readonly body: readonly Node[] }
  | { readonly op: "if"; readonly then: readonly Node[]; readonly otherwise: readonly Node[] | undefined }
  | { readonly op: "br" | "br_if"; readonly depth: number }
  | { readonly op: "br_table"; readonly depths: readonly number[] }
  | { readonly op: "return" }
  | { readonly op: "unreachable" }
  | { readonly op: "grow" }
  | { readonly op: "call" };

export const PAGE_LIMIT = 192;
export const LOCALS = 6;
/** What programs call: it only costs. */
export const CALLEE = ["i32.const 1", "drop"];
const CALLEE_GAS = 2n * BigInt(CALLEE.length);

/** Ends the interpretation. */
export class Stop extends Error {
  readonly reason: "gas" | "unreachable" | "division";
  constructor(reason: "gas" | "unreachable" | "division") {
    super(reason);
    this.reason = reason;
  }
}

class Branch {
  readonly depth: number;
  constructor(depth: number) {
    this.depth = depth;
  }
}

/** State of the interpreted function. */
export class Machine {
  readonly stack: number[] = [];
  readonly locals = new Int32Array(LOCALS);
  readonly memory = new Int32Array(64);
  pages = 1;
  remaining: bigint;
  exhausted = 0n;

  constructor(gasLimit: bigint) {
    this.remaining = gasLimit;
  }

  pop(): number {
    return this.stack.pop() as number;
  }

  charge(amount: bigint): void {
    if (this.remaining < amount) {
      this.exhausted = amount;
      throw new Stop("gas");
    }
    this.remaining -= amount;
  }

  private grow(): void {
    const pages = this.pop();
    this.charge(28n);
    const price = BigInt(pages) * 8192n;
    if (this.remaining < price) {
      this.charge(6n);
      this.exhausted = price;
      throw new Stop("gas");
    }
    this.remaining -= price;
    if (this.pages + pages > PAGE_LIMIT) {
      this.stack.push(-1);
    } else {
      this.stack.push(this.pages);
      this.pages += pages;
    }
  }

  /** Runs a sequence; returns normally at its end, throws a `Branch` when something leaves it. */
  private sequence(nodes: readonly Node[]): void {
    let count = 0;
    for (const node of nodes) {
      if (node.op !== "nop") count++;
      if (["br", "br_table", "return", "unreachable"].includes(node.op)) break;
    }
    this.charge(2n * BigInt(count));
    for (const node of nodes) this.step(node);
  }

  private step(node: Node): void {
    switch (node.op) {
      case "plain":
        node.run(this);
        break;
      case "nop":
        break;
      case "block":
      case "loop":
        this.labelled(() => this.sequence(node.body), node.op === "loop");
        break;
      case "if": {
        const arm = this.pop() !== 0 ? node.then : (node.otherwise ?? []);
        this.labelled(() => this.sequence(arm), false);
        break;
      }
      case "br":
        throw new Branch(node.depth);
      case "br_if":
        if (this.pop() !== 0) throw new Branch(node.depth);
        break;
      case "br_table": {
        const index = this.pop() >>> 0;
        throw new Branch(node.depths[Math.min(index, node.depths.length - 1)] as number);
      }
      case "return":
        throw new Branch(Number.MAX_SAFE_INTEGER);
      case "unreachable":
        throw new Stop("unreachable");
      case "call":
        this.charge(CALLEE_GAS);
        break;
      case "grow":
        this.grow();
    }
  }

  private labelled(run: () => void, again: boolean): void {
    const height = this.stack.length;
    for (;;) {
      try {
        run();
        return;
      } catch (error) {
        if (!(error instanceof Branch)) throw error;
        if (error.depth > 0) throw new Branch(error.depth - 1);
        this.stack.length = height;
        if (!again) return;
      }
    }
  }

  /** Runs the function's body. */
  run(body: readonly Node[]): void {
    try {
      this.sequence(body);
    } catch (error) {
      if (!(error instanceof Branch)) throw error;
    }
  }
}

const plain = (text: string, run: (machine: Machine) => void): Node => ({ op: "plain", text, run });
const constant = (value: number): Node => plain(`i32.const ${value}`, (m) => m.stack.push(value));
const get = (index: number): Node => plain(`local.get ${index}`, (m) => m.stack.push(m.locals[index] as number));
const set = (index: number): Node =>
  plain(`local.set ${index}`, (m) => {
    m.locals[index] = m.pop();
  });
const drop = plain("drop", (m) => m.stack.pop());
const binary = (text: string, apply: (a: number, b: number) => number): Node =>
  plain(text, (m) => {
    const b = m.pop();
    m.stack.push(apply(m.pop(), b) | 0);
  });
const add = binary("i32.add", (a, b) => a + b);
const BINARIES = [
  add,
  binary("i32.mul", Math.imul),
  binary("i32.xor", (a, b) => a ^ b),
  binary("i32.lt_u", (a, b) => (a >>> 0 < b >>> 0 ? 1 : 0)),
  binary("i32.div_u", (a, b) => {
    if (b === 0) throw new Stop("division");
    return (a >>> 0) / (b >>> 0);
  }),
];
const store = (slot: number): Node[] => [
  plain(`i32.store offset=${4 * slot}`, (m) => {
    const value = m.pop();
    m.pop();
    m.memory[slot] = value;
  }),
];
const load = (slot: number): Node =>
  plain(`i32.load offset=${4 * slot}`, (m) => {
    m.pop();
    m.stack.push(m.memory[slot] as number);
  });

/** Locals 0–2 hold values, 3–5 count the loops of each nesting level. */
const value = fc.nat(2).map(get);
const expression: fc.Arbitrary<Node[]> = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -3, max: 9 }).map((n) => [constant(n)]) },
  { weight: 3, arbitrary: value.map((node) => [node]) },
  { weight: 1, arbitrary: fc.nat(15).map((slot) => [constant(0), load(slot)]) },
  {
    weight: 3,
    arbitrary: fc.tuple(
      value,
      fc.oneof(fc.integer({ min: -2, max: 5 }).map(constant), value),
      fc.constantFrom(...BINARIES),
    ),
  },
);

function statement(depth: number, loops: number, labels: number): fc.Arbitrary<Node[]> {
  const label = fc.nat(Math.max(labels - 1, 0));
  const leaf: fc.WeightedArbitrary<Node[]>[] = [
    { weight: 6, arbitrary: fc.tuple(expression, fc.nat(2)).map(([e, i]) => [...e, set(i)]) },
    { weight: 2, arbitrary: fc.tuple(expression, fc.nat(15)).map(([e, slot]) => [constant(0), ...e, ...store(slot)]) },
    { weight: 2, arbitrary: fc.constant<Node[]>([{ op: "nop" }]) },
    { weight: 1, arbitrary: fc.nat(3).map((n): Node[] => [constant(n), { op: "grow" }, drop]) },
    { weight: 1, arbitrary: fc.constant<Node[]>([constant(200), { op: "grow" }, set(0)]) },
    { weight: 3, arbitrary: fc.constant<Node[]>([{ op: "call" }]) },
    { weight: 1, arbitrary: fc.constant<Node[]>([{ op: "return" }]) },
    { weight: 1, arbitrary: fc.constant<Node[]>([{ op: "unreachable" }]) },
  ];
  if (labels > 0) {
    leaf.push(
      { weight: 2, arbitrary: label.map((d): Node[] => [{ op: "br", depth: d }]) },
      { weight: 4, arbitrary: fc.tuple(expression, label).map(([e, d]): Node[] => [...e, { op: "br_if", depth: d }]) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(expression, fc.array(label, { minLength: 1, maxLength: 4 }))
          .map(([e, depths]): Node[] => [...e, { op: "br_table", depths }]),
      },
    );
  }
  if (depth === 0) return fc.oneof(...leaf);
  const body = (more: number, moreLoops = 0) => statements(depth - 1, loops + moreLoops, labels + more);
  const nested: fc.WeightedArbitrary<Node[]>[] = [
    { weight: 3, arbitrary: body(1).map((nodes): Node[] => [{ op: "block", body: nodes }]) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(expression, body(1), fc.option(body(1), { nil: undefined }))
        .map(([e, then, otherwise]): Node[] => [...e, { op: "if", then, otherwise }]),
    },
  ];
  if (loops < 3) {
    nested.push({
      weight: 3,
      arbitrary: fc.tuple(fc.integer({ min: 1, max: 4 }), body(2, 1)).map(([n, nodes]) => repeat(n, 3 + loops, nodes)),
    });
  }
  return fc.oneof(...leaf, ...nested);
}

/** Runs `nodes` at most `times` times: a branch to the loop's label counts, too. */
function repeat(times: number, counter: number, nodes: readonly Node[]): Node[] {
  const head: Node[] = [
    get(counter),
    plain("i32.eqz", (m) => m.stack.push(m.pop() === 0 ? 1 : 0)),
    { op: "br_if", depth: 1 },
    get(counter),
    constant(-1),
    add,
    set(counter),
  ];
  const loop: Node = { op: "loop", body: [...head, ...nodes, { op: "br", depth: 0 }] };
  return [constant(times), set(counter), { op: "block", body: [loop] }];
}

function statements(depth: number, loops: number, labels: number): fc.Arbitrary<Node[]> {
  return fc.array(statement(depth, loops, labels), { maxLength: 6 }).map((lists) => lists.flat());
}

/** Random terminating bodies of functions without parameters and results. */
export const program: fc.Arbitrary<Node[]> = statements(4, 0, 0);

/** Text of a body. */
export function text(nodes: readonly Node[]): string {
  return nodes
    .map((node) => {
      switch (node.op) {
        case "plain":
          return node.text;
        case "block":
        case "loop":
          return `${node.op} ${text(node.body)} end`;
        case "if":
          return `if ${text(node.then)} ${node.otherwise === undefined ? "" : `else ${text(node.otherwise)}`} end`;
        case "br":
        case "br_if":
          return `${node.op} ${node.depth}`;
        case "br_table":
          return `br_table ${node.depths.join(" ")}`;
        case "grow":
          return "memory.grow";
        case "call":
          return "call $callee";
        default:
          return node.op;
      }
    })
    .join("\n");
}
