/**
 * Writes a tree as a binary. As a contract it is what the engine gets. As a probe, every sequence, every function, memory
 * growth and indirect calls report to imports, so that V8 runs the program while the rules are applied outside of it.
 * @module
 */
import { Bytes, leb, name, vector } from "../binary.ts";
import {
  type Callee,
  CODE,
  EMPTY,
  type FunctionTree,
  I32,
  type ModuleTree,
  type Node,
  type Sequence,
  type Signature,
} from "./ast.ts";
import * as make from "./nodes.ts";

/** Imports of a probe, in order, after those of the program; each takes an i32. */
export const PROBES = [
  { name: "sequence", result: EMPTY },
  { name: "enter", result: EMPTY },
  { name: "leave", result: EMPTY },
  { name: "entry", result: I32 },
  { name: "grow", result: I32 },
] as const;

export type Form = "contract" | "raw" | "probe";

type ProbeName = (typeof PROBES)[number]["name"];

class Encoder {
  private readonly tree: ModuleTree;
  private readonly probing: boolean;
  private readonly form: Form;

  constructor(tree: ModuleTree, form: Form) {
    this.tree = tree;
    this.form = form;
    this.probing = form === "probe";
  }

  private get imported(): number {
    return this.tree.imports.length + (this.probing ? PROBES.length : 0);
  }

  /** Index of a function of the module; in a probe, of what surrounds it. */
  private functionIndex(index: number): number {
    return this.imported + index;
  }

  private callee({ imported, index }: Callee): number {
    return imported ? index : this.functionIndex(index);
  }

  private report(out: Bytes, probe: ProbeName): void {
    out.add(CODE.call, leb(this.tree.imports.length + PROBES.findIndex((one) => one.name === probe)));
  }

  private sequence(out: Bytes, { id, nodes }: Sequence): void {
    if (this.probing) {
      out.add(CODE.i32Const, make.signed(id));
      this.report(out, "sequence");
    }
    for (const node of nodes) this.node(out, node);
  }

  private node(out: Bytes, node: Node): void {
    switch (node.kind) {
      case "plain":
        out.add(node.op, node.immediate);
        break;
      case "block":
      case "loop":
        out.add(node.kind === "block" ? CODE.block : CODE.loop, node.type);
        this.sequence(out, node.body);
        out.add(CODE.end);
        break;
      case "if":
        out.add(CODE.if, node.type);
        this.sequence(out, node.first);
        if (node.second !== undefined) {
          out.add(CODE.else);
          this.sequence(out, node.second);
        }
        out.add(CODE.end);
        break;
      case "br":
        out.add(CODE.br, leb(node.depth));
        break;
      case "brIf":
        out.add(CODE.brIf, leb(node.depth));
        break;
      case "brTable":
        out.add(
          CODE.brTable,
          vector(node.depths.slice(0, -1).map((depth) => leb(depth))),
          leb(node.depths.at(-1) ?? 0),
        );
        break;
      case "call":
        out.add(CODE.call, leb(this.callee(node.callee)));
        break;
      case "indirect":
        if (this.probing) this.report(out, "entry");
        out.add(CODE.callIndirect, leb(node.type), 0);
        break;
      default:
        if (this.probing) this.report(out, "grow");
        else out.add(CODE.memoryGrow, 0);
    }
  }

  private body(fn: FunctionTree): Uint8Array {
    const out = new Bytes().add(vector(fn.locals.map((type) => [1, type])));
    this.sequence(out, fn.body);
    return out.add(CODE.end).view().slice();
  }

  /** What surrounds a function of a probe: it sees every entry and every return. */
  private surround(fn: FunctionTree, index: number): Uint8Array {
    const out = new Bytes().add(0, CODE.i32Const, make.signed(index));
    this.report(out, "enter");
    fn.signature.params.forEach((_, i) => void out.add(CODE.localGet, leb(i)));
    out.add(CODE.call, leb(this.functionIndex(this.tree.functions.length + index)));
    out.add(CODE.i32Const, make.signed(index));
    this.report(out, "leave");
    return out.add(CODE.end).view().slice();
  }

  private typeIndex(signature: Signature): number {
    return this.tree.types.indexOf(signature);
  }

  private types(): Uint8Array {
    const type = ({ params, result }: Signature): Uint8Array =>
      new Bytes()
        .add(0x60, vector(params.map((one) => [one])), result === EMPTY ? 0 : [1, result])
        .view()
        .slice();
    return vector([
      ...this.tree.types.map(type),
      ...(this.probing ? PROBES.map(({ result }) => type({ params: [I32], result })) : []),
    ]);
  }

  private imports(): Uint8Array {
    const entry = (what: string, type: number): Uint8Array =>
      new Bytes().add(name("env"), name(what), 0, leb(type)).view().slice();
    return vector([
      ...this.tree.imports.map((one) => entry(one.name, this.typeIndex(one.signature))),
      ...(this.probing ? PROBES.map((probe, i) => entry(probe.name, this.tree.types.length + i)) : []),
    ]);
  }

  private memory(): Uint8Array {
    // The engine sets the limit of every contract to 192; only what it gets may say otherwise.
    const maximum = this.form === "contract" ? this.tree.declaredMaximum : 192;
    const { pages } = this.tree;
    return vector([maximum === undefined ? [0, ...leb(pages)] : [1, ...leb(pages), ...leb(maximum)]]);
  }

  private exports(): Uint8Array {
    const functions = this.tree.functions.flatMap(({ exportName }, i) =>
      exportName === undefined
        ? []
        : [
            new Bytes()
              .add(name(exportName), 0, leb(this.functionIndex(i)))
              .view()
              .slice(),
          ],
    );
    return vector([...functions, new Bytes().add(name("memory"), 2, 0).view().slice()]);
  }

  private elements(table: NonNullable<ModuleTree["table"]>): Uint8Array {
    return vector(
      table.flatMap((fn, entry) =>
        fn === undefined
          ? []
          : [[0, CODE.i32Const, ...make.signed(entry), CODE.end, 1, ...leb(this.functionIndex(fn))]],
      ),
    );
  }

  private code(): Uint8Array {
    const { functions } = this.tree;
    const bodies = functions.map((fn) => this.body(fn));
    const all = this.probing ? [...functions.map((fn, i) => this.surround(fn, i)), ...bodies] : bodies;
    return vector(all.map((body) => new Bytes().add(leb(body.length), body).view()));
  }

  encode(): Uint8Array {
    const { tree } = this;
    const out = new Bytes().add([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const section = (id: number, content: Uint8Array): void => void out.add(id, leb(content.length), content);
    const ofType = tree.functions.map(({ signature }) => leb(this.typeIndex(signature)));
    section(1, this.types());
    section(2, this.imports());
    section(3, vector(this.probing ? [...ofType, ...ofType] : ofType));
    if (tree.table !== undefined) section(4, vector([[0x70, 0, ...leb(tree.table.length)]]));
    section(5, this.memory());
    section(6, vector(tree.globals.map(({ type, mutable, init }) => [type, mutable ? 1 : 0, ...init, CODE.end])));
    section(7, this.exports());
    if (tree.table !== undefined) section(9, this.elements(tree.table));
    section(10, this.code());
    section(
      11,
      vector(
        tree.data.map(({ offset, bytes }) => [
          0,
          CODE.i32Const,
          ...make.signed(offset),
          CODE.end,
          ...leb(bytes.length),
          ...bytes,
        ]),
      ),
    );
    return out.view().slice();
  }
}

/** The binary of a tree. `raw` is the contract with the limit of memory that the engine gives every contract. */
export function encode(tree: ModuleTree, form: Form): Uint8Array {
  return new Encoder(tree, form).encode();
}
