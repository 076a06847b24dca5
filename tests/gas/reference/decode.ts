/**
 * A second reading of wasm modules, for the reference meter alone: functions as trees of instruction sequences with their
 * costs. It shares nothing with the engine's parser and instrumenter.
 *
 * A sequence is a function body, a block, a loop, or an arm of an if, and costs 2 for every instruction directly in it. Not
 * counted are nop, end and else, and what follows br, br_table, return or unreachable in its sequence (spec 03 §2.3).
 * @module
 */

/** Instructions with their immediates; `first` and `second` are the sequences that they hold. */
export interface Instruction {
  readonly op: number;
  /** Label, index, or alignment's companion: the offset of memory instructions. */
  readonly at: number;
  readonly value: number | bigint;
  readonly labels: readonly number[];
  readonly arity: number;
  readonly first: Sequence;
  readonly second: Sequence;
}

export interface Sequence {
  readonly cost: number;
  readonly code: readonly Instruction[];
}

export interface FunctionType {
  readonly params: readonly number[];
  readonly results: readonly number[];
}

export interface LocalFunction {
  readonly type: FunctionType;
  readonly locals: readonly number[];
  readonly body: Sequence;
}

export interface Module {
  readonly types: readonly FunctionType[];
  readonly imports: readonly { readonly name: string; readonly type: FunctionType }[];
  readonly functions: readonly LocalFunction[];
  readonly tableSize: number;
  readonly pages: number;
  readonly globals: readonly (number | bigint)[];
  readonly exports: ReadonlyMap<string, number>;
  readonly elements: readonly { readonly at: number; readonly functions: readonly number[] }[];
  readonly data: readonly { readonly at: number; readonly bytes: Uint8Array }[];
}

const GAS_PER_INSTRUCTION = 2;
const NOTHING: Sequence = { cost: 0, code: [] };
const VOID = 0x40;
const [NOP, IF, ELSE, END] = [0x01, 0x04, 0x05, 0x0b];
/** unreachable, br, br_table, return. */
const LEAVES = new Set([0x00, 0x0c, 0x0e, 0x0f]);

class Bytes {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    return this.bytes[this.at++] as number;
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  signed(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(Number(shift) + 7, value);
    }
  }

  take(length: number): Uint8Array {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.unsigned() }, read);
  }

  name(): string {
    return new TextDecoder().decode(this.take(this.unsigned()));
  }
}

function immediates(r: Bytes, op: number): { at?: number; value?: number | bigint; labels?: number[] } {
  if (op === 0x0e) {
    const labels = r.list(() => r.unsigned());
    return { labels: [...labels, r.unsigned()] };
  }
  if (op === 0x11) {
    const at = r.unsigned();
    r.byte();
    return { at };
  }
  if (op === 0x0c || op === 0x0d || op === 0x10 || (op >= 0x20 && op <= 0x24)) return { at: r.unsigned() };
  if (op >= 0x28 && op <= 0x3e) {
    r.unsigned();
    return { at: r.unsigned() };
  }
  if (op === 0x3f || op === 0x40) r.byte();
  if (op === 0x41) return { value: Number(BigInt.asIntN(32, r.signed())) };
  if (op === 0x42) return { value: BigInt.asUintN(64, r.signed()) };
  if (op === 0x43) r.take(4);
  if (op === 0x44) r.take(8);
  return {};
}

/** Reads up to `end` or `else`, which it tells. */
function sequence(r: Bytes): { readonly sequence: Sequence; readonly last: number } {
  const code: Instruction[] = [];
  for (let dead = false; ; ) {
    const op = r.byte();
    if (op === END || op === ELSE) return { sequence: { cost: GAS_PER_INSTRUCTION * code.length, code }, last: op };
    const instruction = read(r, op);
    if (op !== NOP && !dead) code.push(instruction);
    dead ||= LEAVES.has(op);
  }
}

function read(r: Bytes, op: number): Instruction {
  const plain = { op, at: 0, value: 0, labels: [], arity: 0, first: NOTHING, second: NOTHING };
  if (op < 0x02 || op > IF) return { ...plain, ...immediates(r, op) };
  const arity = r.byte() === VOID ? 0 : 1;
  const { sequence: first, last } = sequence(r);
  return { ...plain, arity, first, second: last === ELSE ? sequence(r).sequence : NOTHING };
}

function constant(r: Bytes): number | bigint {
  const { value } = read(r, r.byte());
  if (r.byte() !== END) throw new Error("initial value is no constant");
  return value;
}

function limits(r: Bytes): number {
  const hasMaximum = r.byte() === 1;
  const minimum = r.unsigned();
  if (hasMaximum) r.unsigned();
  return minimum;
}

/** Reads a module that the engine has accepted. */
export function decodeModule(wasm: Uint8Array): Module {
  const r = new Bytes(wasm, 8);
  const types: FunctionType[] = [];
  const imports: { name: string; type: FunctionType }[] = [];
  const declared: FunctionType[] = [];
  const functions: LocalFunction[] = [];
  const exports = new Map<string, number>();
  const globals: (number | bigint)[] = [];
  const elements: { at: number; functions: number[] }[] = [];
  const data: { at: number; bytes: Uint8Array }[] = [];
  let [tableSize, pages] = [0, 0];
  const type = (): FunctionType => types[r.unsigned()] as FunctionType;
  const sections: Record<number, () => void> = {
    1: () =>
      r.list(() => {
        r.byte();
        types.push({ params: r.list(() => r.byte()), results: r.list(() => r.byte()) });
      }),
    2: () =>
      r.list(() => {
        r.name();
        const name = r.name();
        r.byte();
        imports.push({ name, type: type() });
      }),
    3: () => declared.push(...r.list(type)),
    4: () =>
      r.list(() => {
        r.byte();
        tableSize = limits(r);
      }),
    5: () =>
      r.list(() => {
        pages = limits(r);
      }),
    6: () =>
      r.list(() => {
        r.take(2);
        globals.push(constant(r));
      }),
    7: () =>
      r.list(() => {
        const name = r.name();
        const kind = r.byte();
        const index = r.unsigned();
        if (kind === 0) exports.set(name, index);
      }),
    9: () =>
      r.list(() => {
        r.unsigned();
        elements.push({ at: Number(constant(r)), functions: r.list(() => r.unsigned()) });
      }),
    10: () =>
      r.list(() => {
        r.unsigned();
        const locals = r.list(() => {
          const count = r.unsigned();
          return new Array<number>(count).fill(r.byte());
        });
        const body = sequence(r).sequence;
        functions.push({ type: declared[functions.length] as FunctionType, locals: locals.flat(), body });
      }),
    11: () =>
      r.list(() => {
        r.unsigned();
        const at = Number(constant(r));
        data.push({ at, bytes: r.take(r.unsigned()) });
      }),
  };
  while (r.at < wasm.length) {
    const id = r.byte();
    const end = r.unsigned() + r.at;
    sections[id]?.();
    r.at = end;
  }
  return { types, imports, functions, tableSize, pages, globals, exports, elements, data };
}
