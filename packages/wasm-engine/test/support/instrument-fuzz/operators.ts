/**
 * Integer operators of WebAssembly 1.0 and sign extension by signature, written from the specification's index of
 * instructions.
 * @module
 */
import { CODE, I32, I64, type Type } from "./ast.ts";

export interface Operator {
  readonly op: number;
  readonly params: readonly Type[];
  readonly result: Type;
}

export interface MemoryOperator {
  readonly op: number;
  readonly type: Type;
  /** Bytes that it touches: 1, 2, 4 or 8. */
  readonly bytes: number;
}

function range(from: number, to: number, params: readonly Type[], result: Type): Operator[] {
  return Array.from({ length: to - from + 1 }, (_, i) => ({ op: from + i, params, result }));
}

/** Division and remainder: these trap. */
export const DIVISIONS: readonly Operator[] = [
  ...range(0x6d, 0x70, [I32, I32], I32),
  ...range(0x7f, 0x82, [I64, I64], I64),
];

/** Operators on values that never trap. */
export const PURE: readonly Operator[] = [
  ...range(0x45, 0x45, [I32], I32),
  ...range(0x46, 0x4f, [I32, I32], I32),
  ...range(0x50, 0x50, [I64], I32),
  ...range(0x51, 0x5a, [I64, I64], I32),
  ...range(0x67, 0x69, [I32], I32),
  ...range(0x6a, 0x6c, [I32, I32], I32),
  ...range(0x71, 0x78, [I32, I32], I32),
  ...range(0x79, 0x7b, [I64], I64),
  ...range(0x7c, 0x7e, [I64, I64], I64),
  ...range(0x83, 0x8a, [I64, I64], I64),
  ...range(0xa7, 0xa7, [I64], I32),
  ...range(0xac, 0xad, [I32], I64),
  ...range(0xc0, 0xc1, [I32], I32),
  ...range(0xc2, 0xc4, [I64], I64),
];

const access = (op: number, type: Type, bytes: number): MemoryOperator => ({ op, type, bytes });

export const LOADS: readonly MemoryOperator[] = [
  access(0x28, I32, 4),
  access(0x29, I64, 8),
  access(0x2c, I32, 1),
  access(0x2d, I32, 1),
  access(0x2e, I32, 2),
  access(0x2f, I32, 2),
  access(0x30, I64, 1),
  access(0x31, I64, 1),
  access(0x32, I64, 2),
  access(0x33, I64, 2),
  access(0x34, I64, 4),
  access(0x35, I64, 4),
];

export const STORES: readonly MemoryOperator[] = [
  access(0x36, I32, 4),
  access(0x37, I64, 8),
  access(0x3a, I32, 1),
  access(0x3b, I32, 2),
  access(0x3c, I64, 1),
  access(0x3d, I64, 2),
  access(0x3e, I64, 4),
];

/** Every opcode of the subset, floats excepted: what a run should reach. */
export const INTEGER_OPCODES: readonly number[] = [
  ...Object.values(CODE),
  ...[...DIVISIONS, ...PURE, ...LOADS, ...STORES].map(({ op }) => op),
];
