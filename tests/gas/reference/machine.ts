/**
 * The reference meter: interprets a module and charges every sequence when it is entered (spec 03 §2.3). Slow and plain.
 * @module
 */
import type { Instruction, LocalFunction, Module, Sequence } from "./decode.ts";
import { BINARY, UNARY } from "./numeric.ts";
import { Trap } from "./trap.ts";

export type Value = number | bigint;
export type Import = (...args: Value[]) => Value | undefined;

const PAGE = 65_536;
const MAX_PAGES = 192;
/** The meter of memory.grow: 14 instructions, 3 in the arm that fails, and the price of a page. */
const GROW = { entry: 28n, failed: 6n, page: 8_192n };
/** What a sequence ended with: its end, a branch to the label so many levels up, or the function's return. */
const DONE = -1;
const RETURN = 1_000_000;
const I64 = 0x7e;

export class Machine {
  memory: Uint8Array;
  exhausted = 0n;
  remaining: number;
  private view: DataView;
  private pages: number;
  private readonly stack: Value[] = [];
  private readonly globals: Value[];
  private readonly table: (number | undefined)[];
  private readonly module: Module;
  private readonly imports: Readonly<Record<string, Import>>;

  constructor(module: Module, gasLimit: bigint, imports: Readonly<Record<string, Import>>) {
    this.module = module;
    this.imports = imports;
    this.remaining = Number(gasLimit);
    this.globals = [...module.globals];
    this.pages = module.pages;
    this.memory = new Uint8Array(module.pages * PAGE);
    this.view = new DataView(this.memory.buffer);
    for (const { at, bytes } of module.data) this.memory.set(bytes, at);
    this.table = new Array<undefined>(module.tableSize).fill(undefined);
    for (const { at, functions } of module.elements) this.table.splice(at, functions.length, ...functions);
  }

  /** All of it or, noted, nothing. */
  charge(amount: bigint): void {
    if (BigInt(this.remaining) < amount) {
      this.exhausted = amount;
      throw new Trap("OutOfGas");
    }
    this.remaining -= Number(amount);
  }

  /** Calls an export; undefined when there is none. */
  call(name: string, ...args: number[]): number | undefined {
    const index = this.module.exports.get(name);
    if (index === undefined) return undefined;
    this.stack.push(...args);
    this.invoke(index);
    return this.stack.pop() as number;
  }

  private invoke(index: number): void {
    const { imports, functions } = this.module;
    const imported = imports[index];
    if (imported === undefined) {
      this.run(functions[index - imports.length] as LocalFunction);
      return;
    }
    const args = this.stack.splice(this.stack.length - imported.type.params.length);
    const result = (this.imports[imported.name] as Import)(...args);
    if (result !== undefined) this.stack.push(result);
  }

  private run({ type, locals, body }: LocalFunction): void {
    const base = this.stack.length - type.params.length;
    const own = this.stack.splice(base);
    for (const local of locals) own.push(local === I64 ? 0n : 0);
    this.sequence(body, own);
    this.unwind(base, type.results.length);
  }

  /** Leaves the top `arity` values on what was there before. */
  private unwind(base: number, arity: number): void {
    const { stack } = this;
    if (arity === 1) stack[base] = stack[stack.length - 1] as Value;
    stack.length = base + arity;
  }

  private sequence({ cost, code }: Sequence, locals: Value[]): number {
    if (this.remaining < cost) this.charge(BigInt(cost));
    this.remaining -= cost;
    for (const instruction of code) {
      const end = this.step(instruction, locals);
      if (end !== DONE) return end;
    }
    return DONE;
  }

  private nested(instruction: Instruction, body: Sequence, locals: Value[]): number {
    const base = this.stack.length;
    for (;;) {
      const end = this.sequence(body, locals);
      if (end === RETURN || end > 0) return end === RETURN ? end : end - 1;
      if (end === DONE) return DONE;
      if (instruction.op === 0x03) {
        this.unwind(base, 0);
        continue;
      }
      this.unwind(base, instruction.arity);
      return DONE;
    }
  }

  private step(instruction: Instruction, locals: Value[]): number {
    const { op, at } = instruction;
    const { stack } = this;
    if (op >= 0x45) {
      this.numeric(op);
      return DONE;
    }
    if (op >= 0x28 && op <= 0x3e) {
      this.access(op, at);
      return DONE;
    }
    switch (op) {
      case 0x20:
        stack.push(locals[at] as Value);
        break;
      case 0x21:
        locals[at] = stack.pop() as Value;
        break;
      case 0x22:
        locals[at] = stack[stack.length - 1] as Value;
        break;
      case 0x23:
        stack.push(this.globals[at] as Value);
        break;
      case 0x24:
        this.globals[at] = stack.pop() as Value;
        break;
      case 0x41:
      case 0x42:
        stack.push(instruction.value);
        break;
      case 0x1a:
        stack.pop();
        break;
      case 0x1b: {
        const condition = stack.pop();
        const other = stack.pop() as Value;
        if (condition === 0) stack[stack.length - 1] = other;
        break;
      }
      case 0x3f:
        stack.push(this.pages);
        break;
      case 0x40:
        this.grow();
        break;
      default:
        return this.control(instruction, locals);
    }
    return DONE;
  }

  private control(instruction: Instruction, locals: Value[]): number {
    const { op, at, labels } = instruction;
    switch (op) {
      case 0x02:
      case 0x03:
        return this.nested(instruction, instruction.first, locals);
      case 0x04:
        return this.nested(instruction, this.stack.pop() !== 0 ? instruction.first : instruction.second, locals);
      case 0x0c:
        return at;
      case 0x0d:
        return this.stack.pop() !== 0 ? at : DONE;
      case 0x0e: {
        const index = (this.stack.pop() as number) >>> 0;
        return labels[Math.min(index, labels.length - 1)] as number;
      }
      case 0x0f:
        return RETURN;
      case 0x10:
        this.invoke(at);
        return DONE;
      case 0x11:
        this.indirect(at);
        return DONE;
      case 0x00:
        throw new Trap("ContractPanic");
      default:
        throw new Error(`opcode ${op} is not part of the reference`);
    }
  }

  private indirect(type: number): void {
    const index = this.table[(this.stack.pop() as number) >>> 0];
    if (index === undefined) throw new Trap("NonExistentResource");
    const { imports, functions, types } = this.module;
    const actual = (imports[index] ?? functions[index - imports.length])?.type;
    if (JSON.stringify(actual) !== JSON.stringify(types[type])) throw new Trap("IndirectCallTypeMismatch");
    this.invoke(index);
  }

  private numeric(op: number): void {
    const { stack } = this;
    const unary = UNARY[op];
    if (unary !== undefined) {
      stack.push(unary(stack.pop() as Value));
      return;
    }
    const right = stack.pop() as Value;
    const binary = BINARY[op];
    if (binary === undefined) throw new Error(`opcode ${op} is not part of the reference`);
    stack.push(binary(stack.pop() as Value, right));
  }

  /** Loads and stores: one lookup of width and signedness by opcode. */
  private access(op: number, offset: number): void {
    const { stack } = this;
    const value = op >= 0x36 ? (stack.pop() as Value) : 0;
    const at = ((stack.pop() as number) >>> 0) + offset;
    const width = WIDTH[op] as number;
    if (at + width > this.pages * PAGE) throw new Trap("OutOfBounds");
    const { view } = this;
    if (op < 0x36) {
      stack.push((LOADS[op] as (v: DataView, at: number) => Value)(view, at));
    } else if (typeof value === "bigint") {
      if (width === 8) view.setBigUint64(at, value, true);
      else for (let i = 0; i < width; i++) view.setUint8(at + i, Number((value >> BigInt(8 * i)) & 255n));
    } else if (width === 4) view.setInt32(at, value, true);
    else if (width === 2) view.setUint16(at, value & 0xffff, true);
    else view.setUint8(at, value & 255);
  }

  private grow(): void {
    const pages = this.stack.pop() as number;
    this.charge(GROW.entry);
    // Sign-extended, then compared unsigned: a negative number is enormous.
    const price = BigInt.asUintN(64, BigInt(pages) * GROW.page);
    if (BigInt(this.remaining) < price) {
      this.charge(GROW.failed);
      this.exhausted = price;
      throw new Trap("OutOfGas");
    }
    this.remaining -= Number(price);
    if (this.pages + pages > MAX_PAGES) {
      this.stack.push(-1);
      return;
    }
    this.stack.push(this.pages);
    this.pages += pages;
    const memory = new Uint8Array(this.pages * PAGE);
    memory.set(this.memory);
    this.memory = memory;
    this.view = new DataView(memory.buffer);
  }
}

const WIDTH: Readonly<Record<number, number>> = {
  ...{ 40: 4, 41: 8, 44: 1, 45: 1, 46: 2, 47: 2, 48: 1, 49: 1, 50: 2, 51: 2, 52: 4, 53: 4 },
  ...{ 54: 4, 55: 8, 58: 1, 59: 2, 60: 1, 61: 2, 62: 4 },
};

const LOADS: Readonly<Record<number, (view: DataView, at: number) => Value>> = {
  40: (v, at) => v.getInt32(at, true),
  41: (v, at) => v.getBigUint64(at, true),
  44: (v, at) => v.getInt8(at),
  45: (v, at) => v.getUint8(at),
  46: (v, at) => v.getInt16(at, true),
  47: (v, at) => v.getUint16(at, true),
  48: (v, at) => BigInt.asUintN(64, BigInt(v.getInt8(at))),
  49: (v, at) => BigInt(v.getUint8(at)),
  50: (v, at) => BigInt.asUintN(64, BigInt(v.getInt16(at, true))),
  51: (v, at) => BigInt(v.getUint16(at, true)),
  52: (v, at) => BigInt.asUintN(64, BigInt(v.getInt32(at, true))),
  53: (v, at) => BigInt(v.getUint32(at, true)),
};
