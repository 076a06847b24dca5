/**
 * The straight-line half of the generator: a typed operand stack, and instructions that are valid on it.
 * @module
 */
import {
  type Callee,
  CODE,
  EMPTY,
  type GlobalTree,
  I32,
  type Node,
  type Sequence,
  type Signature,
  type Type,
} from "./ast.ts";
import * as make from "./nodes.ts";
import { DIVISIONS, LOADS, type MemoryOperator, type Operator, PURE, STORES } from "./operators.ts";
import type { Random } from "./random.ts";

const PAGE = 65_536;
/** Beyond the memory of every contract, and beyond what an instance has in reserve. */
const OUT_OF_REACH = 192 * PAGE;

/** What the code of one module can name. */
export interface ModuleScope {
  readonly random: Random;
  readonly types: readonly Signature[];
  readonly callees: readonly Callee[];
  readonly globals: readonly GlobalTree[];
  readonly table: readonly (number | undefined)[] | undefined;
  /** Type of each function that the table may name. */
  readonly signatures: readonly Signature[];
  readonly pages: number;
  /** Index of the global that bounds loops and calls. */
  readonly fuel: number;
  /** Percentage of the places that could trap which are left to chance. */
  readonly hazard: number;
  readonly sequences: Sequence[];
}

/** Emits into the sequence that is open; its operands alone are on `stack`. */
export class ValueGenerator {
  protected readonly scope: ModuleScope;
  protected readonly random: Random;
  protected readonly locals: readonly Type[];
  protected nodes: Node[] = [];
  protected stack: Type[] = [];

  constructor(scope: ModuleScope, locals: readonly Type[]) {
    this.scope = scope;
    this.random = scope.random;
    this.locals = locals;
  }

  protected emit(...nodes: readonly Node[]): void {
    this.nodes.push(...nodes);
  }

  protected constant(type: Type): Node {
    return type === I32 ? make.i32(this.random.i32()) : make.i64(this.random.i64());
  }

  private indices(types: readonly Type[], wanted: Type): number[] {
    return types.flatMap((type, index) => (type === wanted ? [index] : []));
  }

  /** A new operand of `type` from nowhere. */
  protected push(type: Type): void {
    const { random } = this;
    const locals = this.indices(this.locals, type);
    const globals = this.indices(
      this.scope.globals.map((one) => one.type),
      type,
    );
    const choice = random.below(10);
    if (choice < 5 && locals.length > 0) this.emit(make.getLocal(random.pick(locals)));
    else if (choice < 6 && globals.length > 0) this.emit(make.getGlobal(random.pick(globals)));
    else this.emit(this.constant(type));
    this.stack.push(type);
  }

  /** Makes the topmost operands be of `types`, and takes them from the stack. */
  protected operands(types: readonly Type[]): void {
    const from = this.stack.length - types.length;
    const fits = from >= 0 && types.every((type, i) => this.stack[from + i] === type);
    if (!fits || this.random.chance(25)) for (const type of types) this.push(type);
    this.stack.length -= types.length;
  }

  protected result(type: Type): void {
    if (type !== EMPTY) this.stack.push(type);
  }

  /** Consumes the topmost operand. */
  protected consume(): void {
    const type = this.stack.pop() as Type;
    const locals = this.indices(this.locals, type);
    const globals = this.indices(
      this.scope.globals.map((one) => (one.mutable ? one.type : EMPTY)),
      type,
    ).filter((index) => index !== this.scope.fuel);
    const choice = this.random.below(10);
    if (choice < 6 && locals.length > 0) this.emit(make.setLocal(this.random.pick(locals)));
    else if (choice < 8 && globals.length > 0) this.emit(make.setGlobal(this.random.pick(globals)));
    else this.emit(make.DROP);
  }

  protected tee(): void {
    if (this.stack.length === 0) this.push(I32);
    const locals = this.indices(this.locals, this.stack.at(-1) as Type);
    if (locals.length > 0) this.emit(make.teeLocal(this.random.pick(locals)));
  }

  protected compute(): void {
    const operator = this.random.pick(PURE);
    this.operands(operator.params);
    this.emit(make.plain(operator.op, operator.params.length, 1));
    this.result(operator.result);
  }

  protected divide(): void {
    const operator: Operator = this.random.pick(DIVISIONS);
    const [type] = operator.params as [Type];
    this.operands([type]);
    if (this.random.chance(this.scope.hazard)) {
      const least = type === I32 ? make.i32(-0x80000000) : make.i64(-(2n ** 63n));
      const divisor = this.random.pick([0, 0, -1]);
      if (divisor === -1) this.emit(make.DROP, least);
      this.emit(type === I32 ? make.i32(divisor) : make.i64(BigInt(divisor)));
    } else {
      // 1 to 31: neither nothing nor −1.
      this.emit(type === I32 ? make.i32(this.random.between(1, 31)) : make.i64(BigInt(this.random.between(1, 31))));
    }
    this.emit(make.plain(operator.op, 2, 1));
    this.result(type);
  }

  protected select(): void {
    const type = this.random.chance(60) ? I32 : this.random.pick(this.locals.length > 0 ? this.locals : [I32]);
    this.operands([type, type, I32]);
    this.emit(make.plain(CODE.select, 3, 1));
    this.result(type);
  }

  /** Leaves an address and returns the offset to it. */
  private address(bytes: number): number {
    const { random, scope } = this;
    if (random.chance(scope.hazard)) {
      this.emit(make.i32(random.pick([0, random.below(PAGE), -4, -1])));
      return random.pick([OUT_OF_REACH, OUT_OF_REACH + random.below(2 ** 30), 2 ** 32 - 1]);
    }
    if (scope.pages === 0 || random.chance(6)) {
      // Below the end, wherever it is; with no memory at all, far above it.
      this.emit(
        make.MEMORY_SIZE,
        make.i32(16),
        make.binary(0x74),
        make.i32(random.between(bytes, 64)),
        make.binary(0x6b),
      );
      return 0;
    }
    const size = scope.pages * PAGE;
    const mask = random.pick([0x3f, 0xff, 0xfff, PAGE - 1 - 0xff]);
    if (random.chance(50)) {
      this.push(I32);
      this.stack.pop();
      this.emit(make.i32(mask), make.binary(0x71));
    } else {
      this.emit(make.i32(random.below(mask + 1)));
    }
    return random.chance(50) ? random.below(200) : random.below(size - mask - 8);
  }

  private memory(operator: MemoryOperator, offset: number): readonly number[] {
    const natural = Math.log2(operator.bytes);
    return [...make.unsigned(this.random.below(natural + 1)), ...make.unsigned(offset)];
  }

  protected load(): void {
    if (this.scope.pages === 0 && !this.random.chance(10)) return;
    const operator = this.random.pick(LOADS);
    const offset = this.address(operator.bytes);
    this.emit(make.plain(operator.op, 1, 1, this.memory(operator, offset)));
    this.result(operator.type);
  }

  protected store(): void {
    if (this.scope.pages === 0 && !this.random.chance(10)) return;
    const operator = this.random.pick(STORES);
    const offset = this.address(operator.bytes);
    this.push(operator.type);
    this.stack.pop();
    this.emit(make.plain(operator.op, 2, 0, this.memory(operator, offset)));
  }

  protected grow(): void {
    const { random } = this;
    // Most growth fits; some is refused for its size, some can never be paid.
    const pages = random.chance(4)
      ? random.pick([192, 191, 40, random.chance(this.scope.hazard) ? -1 : 193])
      : random.below(3);
    this.emit(make.i32(pages), { kind: "grow" });
    this.result(I32);
  }
}
