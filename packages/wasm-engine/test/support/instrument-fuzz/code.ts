/**
 * The control half of the generator: sequences, branches, calls and dead code. Loops and calls take fuel, so that every
 * program ends: without fuel a loop returns from its function, and a function at once.
 * @module
 */
import { type Callee, EMPTY, I32, I64, type Node, type Sequence, type Signature, type Type } from "./ast.ts";
import * as make from "./nodes.ts";
import { type ModuleScope, ValueGenerator } from "./values.ts";

const MAX_DEPTH = 6;
/** i32 locals that every function declares after its others, for loops that count. */
export const COUNTERS = 2;

export interface Label {
  /** Type of the operand that a branch takes along. */
  readonly type: Type;
  /** Whether the generator alone branches to it. */
  readonly closed: boolean;
}

/** Generates one function. */
export class CodeGenerator extends ValueGenerator {
  protected readonly returns: Type;
  protected readonly labels: Label[] = [];
  /** Locals that count loops; nothing else writes to them. */
  protected readonly counters: readonly number[];
  protected counted = 0;
  private budget: number;

  constructor(scope: ModuleScope, locals: readonly Type[], returns: Type, budget: number) {
    super(scope, locals);
    this.counters = Array.from({ length: COUNTERS }, (_, i) => locals.length + i);
    this.returns = returns;
    this.budget = budget;
  }

  /** The body; `extra` comes after the check of the fuel. */
  body(extra: readonly Node[] = []): Sequence {
    return this.sequence({ type: this.returns, closed: false }, this.returns, [...this.fuelCheck(), ...extra]);
  }

  /** A sequence of given nodes. */
  protected register(nodes: readonly Node[]): Sequence {
    const sequence = { id: this.scope.sequences.length, nodes };
    this.scope.sequences.push(sequence);
    return sequence;
  }

  private fuelCheck(): Node[] {
    const { fuel } = this.scope;
    const leave = this.returns === EMPTY ? [] : [this.constant(this.returns)];
    return [
      make.getGlobal(fuel),
      make.unary(0x45),
      { kind: "if", type: EMPTY, first: this.register([...leave, make.RETURN]), second: undefined },
      make.getGlobal(fuel),
      make.i32(1),
      make.binary(0x6b),
      make.setGlobal(fuel),
    ];
  }

  protected sequence(label: Label, result: Type, before: readonly Node[] = [], after: readonly Node[] = []): Sequence {
    const outer = [this.nodes, this.stack] as const;
    this.nodes = [...before];
    this.stack = [];
    this.labels.push(label);
    const dead = this.fill();
    this.settle(result, dead);
    this.emit(...after);
    this.labels.pop();
    const made = this.register(this.nodes);
    [this.nodes, this.stack] = outer;
    return made;
  }

  /** How many statements a sequence at `depth` has. */
  protected statements(depth: number): number {
    return depth === 1 ? this.random.between(6, 30) : this.random.below(10);
  }

  /** Emits statements; whether the end of the sequence is dead. */
  private fill(): boolean {
    const { random } = this;
    const depth = this.labels.length;
    for (let left = this.statements(depth); left > 0 && this.budget > 0; left--) {
      this.budget--;
      if (random.chance(depth === 1 ? 1.5 : 6)) {
        this.leave();
        if (random.chance(60)) this.afterBranch();
        return true;
      }
      this.statement();
    }
    return false;
  }

  /** Nothing of this runs or counts, but it must be valid; operands may come from nowhere. */
  private afterBranch(): void {
    const { random } = this;
    for (let left = random.below(6); left > 0; left--) {
      if (this.stack.length > 0 || random.chance(70)) {
        this.statement();
      } else {
        const [node, result] = random.pick([
          [make.DROP, EMPTY],
          [make.binary(0x6a), I32],
          [make.UNREACHABLE, EMPTY],
        ] as const);
        this.emit(node);
        this.result(result);
      }
      if (random.chance(10)) this.leave();
    }
  }

  private settle(result: Type, dead: boolean): void {
    const wanted = result === EMPTY ? 0 : 1;
    while (this.stack.length > 0) {
      if (this.stack.length === wanted && this.stack[0] === result) return;
      this.consume();
    }
    // At the end of dead code the result may come from nowhere.
    if (wanted > 0 && !(dead && this.random.chance(50))) this.push(result);
  }

  /** An instruction that never falls through. */
  private leave(): void {
    const { random } = this;
    const hazard = random.chance(this.scope.hazard);
    const choice = random.below(100);
    if (hazard) {
      this.emit(make.UNREACHABLE);
    } else if (choice < 45) {
      this.emit({ kind: "br", depth: this.branchTarget() });
    } else if (choice < 75) {
      this.table();
    } else {
      if (this.returns !== EMPTY) this.operands([this.returns]);
      this.emit(make.RETURN);
    }
    this.stack = [];
  }

  protected labelAt(depth: number): Label {
    return this.labels[this.labels.length - 1 - depth] as Label;
  }

  /** A label that branches may name, with an operand of `type` if that is given. The function's own is always one. */
  private target(type?: Type): number {
    const depths = this.labels.flatMap((_, depth) => {
      const label = this.labelAt(depth);
      return label.closed || (type !== undefined && label.type !== type) ? [] : [depth];
    });
    return this.random.chance(60) ? (depths[0] as number) : this.random.pick(depths);
  }

  /** Chooses a label and leaves its operand. */
  private branchTarget(): number {
    const depth = this.target();
    const { type } = this.labelAt(depth);
    if (type !== EMPTY) this.operands([type]);
    return depth;
  }

  private table(): void {
    const { type } = this.labelAt(this.target());
    const depths = Array.from({ length: 1 + this.random.below(5) }, () => this.target(type));
    if (type !== EMPTY) this.operands([type]);
    this.push(I32);
    this.stack.pop();
    this.emit({ kind: "brTable", depths });
  }

  protected branchIf(): void {
    const depth = this.branchTarget();
    this.push(I32);
    this.stack.pop();
    this.emit({ kind: "brIf", depth });
    this.result(this.labelAt(depth).type);
  }

  protected nested(loops = true): void {
    const { random } = this;
    if (this.labels.length > MAX_DEPTH) return;
    const type = random.pick([EMPTY, EMPTY, I32, I64]);
    const choice = random.below(loops ? 3 : 2);
    if (choice === 0) {
      this.emit({ kind: "block", type, body: this.sequence({ type, closed: false }, type) });
    } else if (choice === 2) {
      this.loop(type);
    } else {
      this.operands([I32]);
      const first = this.sequence({ type, closed: false }, type);
      const second = type !== EMPTY || random.chance(30) ? this.sequence({ type, closed: false }, type) : undefined;
      this.emit({ kind: "if", type, first, second });
    }
    this.result(type);
  }

  private loop(type: Type): void {
    if (this.random.chance(60) || this.counted === COUNTERS) {
      this.emit({ kind: "loop", type, body: this.sequence({ type: EMPTY, closed: false }, type, this.fuelCheck()) });
      return;
    }
    // Counted at its end, as compilers like it: one sequence, and no other way back to its label.
    const counter = this.counters[this.counted++] as number;
    const again: Node[] = [
      make.getLocal(counter),
      make.i32(1),
      make.binary(0x6b),
      make.teeLocal(counter),
      { kind: "brIf", depth: 0 },
    ];
    this.emit(make.i32(this.random.between(1, 4)), make.setLocal(counter));
    this.emit({ kind: "loop", type, body: this.sequence({ type: EMPTY, closed: true }, type, [], again) });
    this.counted--;
  }

  private call(): void {
    const callee: Callee = this.random.pick(this.scope.callees);
    this.operands(callee.signature.params);
    this.emit({ kind: "call", callee });
    this.result(callee.signature.result);
  }

  /** Through the table: to an entry that fits, or with some hazard to any. */
  private callIndirect(): void {
    const { random, scope } = this;
    const { table } = scope;
    if (table === undefined) return;
    const wild = random.chance(scope.hazard);
    const named = table.filter((fn) => fn !== undefined);
    const signature = wild || named.length === 0 ? random.pick(scope.types) : scope.signatures[random.pick(named)];
    const type = scope.types.indexOf(signature as Signature);
    const fits = table.flatMap((fn, entry) => (fn !== undefined && scope.signatures[fn] === signature ? [entry] : []));
    if (signature === undefined || (fits.length === 0 && !wild)) return;
    this.operands(signature.params);
    this.emit(
      make.i32(
        wild
          ? random.pick([random.below(table.length), Math.max(0, table.indexOf(undefined)), table.length, -1])
          : random.pick(fits),
      ),
    );
    this.emit({ kind: "indirect", type, signature });
    this.result(signature.result);
  }

  protected statement(): void {
    const { random } = this;
    const choice = random.below(100);
    if (choice < 8) this.push(random.chance(60) ? I32 : I64);
    else if (choice < 30) this.compute();
    else if (choice < 34) this.divide();
    else if (choice < 38) this.select();
    else if (choice < 47) this.stack.length > 0 ? this.consume() : this.push(I32);
    else if (choice < 50) this.tee();
    else if (choice < 56) this.load();
    else if (choice < 62) this.store();
    else if (choice < 76) this.nested();
    else if (choice < 84) this.branchIf();
    else if (choice < 91) this.call();
    else if (choice < 95) this.callIndirect();
    else if (choice < 96) this.grow();
    else if (choice < 98) this.emit(make.NOP);
    else this.size();
  }

  protected size(): void {
    this.emit(make.MEMORY_SIZE);
    this.result(I32);
  }
}
