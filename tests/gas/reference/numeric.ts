/**
 * Integer instructions of wasm by opcode: i32 are signed numbers, i64 are bigints from 0 to 2^64 - 1.
 * @module
 */
import { Trap } from "./trap.ts";

type Value = number | bigint;

const u = (x: Value): number => (x as number) >>> 0;
const n = (x: Value): number => x as number;
const b = (x: Value): bigint => x as bigint;
const s64 = (x: Value): bigint => BigInt.asIntN(64, x as bigint);
const wrap = (x: bigint): bigint => BigInt.asUintN(64, x);
const flag = (x: boolean): number => (x ? 1 : 0);

function popcount(x: number): number {
  let count = 0;
  for (let rest = x >>> 0; rest !== 0; rest >>>= 1) count += rest & 1;
  return count;
}

function divide(x: number, y: number): number {
  if (y === 0) throw new Trap("DivisionByZero");
  if (x === -0x8000_0000 && y === -1) throw new Trap("ContractPanic");
  return (x / y) | 0;
}

function divide64(x: bigint, y: bigint): bigint {
  if (y === 0n) throw new Trap("DivisionByZero");
  if (x === -(1n << 63n) && y === -1n) throw new Trap("ContractPanic");
  return wrap(x / y);
}

function nonZero<T extends Value>(x: T): T {
  if (!x) throw new Trap("DivisionByZero");
  return x;
}

const leading64 = (x: bigint): bigint => {
  const high = Math.clz32(Number(x >> 32n));
  return BigInt(high < 32 ? high : 32 + Math.clz32(Number(x & 0xffff_ffffn)));
};
const trailing32 = (x: number): number => (x === 0 ? 32 : 31 - Math.clz32(x & -x));
const trailing64 = (x: bigint): bigint => {
  const low = Number(x & 0xffff_ffffn);
  return BigInt(low !== 0 ? trailing32(low | 0) : 32 + trailing32(Number(x >> 32n) | 0));
};
const rotateLeft64 = (x: bigint, by: bigint): bigint => wrap((x << (by & 63n)) | (x >> ((64n - (by & 63n)) & 63n)));

/** One operand. */
export const UNARY: Readonly<Record<number, (x: Value) => Value>> = {
  69: (x) => flag(x === 0),
  80: (x) => flag(x === 0n),
  103: (x) => Math.clz32(n(x)),
  104: (x) => trailing32(n(x)),
  105: (x) => popcount(n(x)),
  121: (x) => leading64(b(x)),
  122: (x) => trailing64(b(x)),
  123: (x) => BigInt(popcount(Number(b(x) >> 32n)) + popcount(Number(b(x) & 0xffff_ffffn))),
  167: (x) => Number(b(x) & 0xffff_ffffn) | 0,
  172: (x) => wrap(BigInt(n(x))),
  173: (x) => BigInt(u(x)),
  192: (x) => (n(x) << 24) >> 24,
  193: (x) => (n(x) << 16) >> 16,
  194: (x) => wrap(BigInt.asIntN(8, b(x))),
  195: (x) => wrap(BigInt.asIntN(16, b(x))),
  196: (x) => wrap(BigInt.asIntN(32, b(x))),
};

/** Two operands. */
export const BINARY: Readonly<Record<number, (x: Value, y: Value) => Value>> = {
  70: (x, y) => flag(x === y),
  71: (x, y) => flag(x !== y),
  72: (x, y) => flag(x < y),
  73: (x, y) => flag(u(x) < u(y)),
  74: (x, y) => flag(x > y),
  75: (x, y) => flag(u(x) > u(y)),
  76: (x, y) => flag(x <= y),
  77: (x, y) => flag(u(x) <= u(y)),
  78: (x, y) => flag(x >= y),
  79: (x, y) => flag(u(x) >= u(y)),
  81: (x, y) => flag(x === y),
  82: (x, y) => flag(x !== y),
  83: (x, y) => flag(s64(x) < s64(y)),
  84: (x, y) => flag(x < y),
  85: (x, y) => flag(s64(x) > s64(y)),
  86: (x, y) => flag(x > y),
  87: (x, y) => flag(s64(x) <= s64(y)),
  88: (x, y) => flag(x <= y),
  89: (x, y) => flag(s64(x) >= s64(y)),
  90: (x, y) => flag(x >= y),
  106: (x, y) => (n(x) + n(y)) | 0,
  107: (x, y) => (n(x) - n(y)) | 0,
  108: (x, y) => Math.imul(n(x), n(y)),
  109: (x, y) => divide(n(x), n(y)),
  110: (x, y) => (u(x) / nonZero(u(y))) | 0,
  111: (x, y) => (n(x) % nonZero(n(y))) | 0,
  112: (x, y) => (u(x) % nonZero(u(y))) | 0,
  113: (x, y) => n(x) & n(y),
  114: (x, y) => n(x) | n(y),
  115: (x, y) => n(x) ^ n(y),
  116: (x, y) => n(x) << n(y),
  117: (x, y) => n(x) >> n(y),
  118: (x, y) => (n(x) >>> n(y)) | 0,
  119: (x, y) => (n(x) << n(y)) | (n(x) >>> -n(y)),
  120: (x, y) => (n(x) >>> n(y)) | (n(x) << -n(y)),
  124: (x, y) => wrap(b(x) + b(y)),
  125: (x, y) => wrap(b(x) - b(y)),
  126: (x, y) => wrap(b(x) * b(y)),
  127: (x, y) => divide64(s64(x), s64(y)),
  128: (x, y) => b(x) / nonZero(b(y)),
  129: (x, y) => wrap(s64(x) % nonZero(s64(y))),
  130: (x, y) => b(x) % nonZero(b(y)),
  131: (x, y) => b(x) & b(y),
  132: (x, y) => b(x) | b(y),
  133: (x, y) => b(x) ^ b(y),
  134: (x, y) => wrap(b(x) << (b(y) & 63n)),
  135: (x, y) => wrap(s64(x) >> (b(y) & 63n)),
  136: (x, y) => b(x) >> (b(y) & 63n),
  137: (x, y) => rotateLeft64(b(x), b(y)),
  138: (x, y) => rotateLeft64(b(x), 64n - (b(y) & 63n)),
};
