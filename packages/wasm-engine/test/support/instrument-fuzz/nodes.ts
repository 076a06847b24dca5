/**
 * Makers of single instructions.
 * @module
 */
import { CODE, type Node } from "./ast.ts";

/** Unsigned LEB128 of a number below 2^32. */
export function unsigned(value: number): number[] {
  const out: number[] = [];
  let rest = value >>> 0;
  while (rest > 127) {
    out.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return [...out, rest];
}

/** Signed LEB128. */
export function signed(value: number | bigint): number[] {
  const out: number[] = [];
  let rest = BigInt(value);
  while (rest > 63n || rest < -64n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...out, Number(rest & 127n)];
}

export function plain(op: number, pops: number, pushes: number, immediate: readonly number[] = []): Node {
  return { kind: "plain", op, immediate, pops, pushes };
}

const { localGet, localSet, localTee, globalGet, globalSet, i32Const, i64Const } = CODE;
export const i32 = (value: number): Node => plain(i32Const, 0, 1, signed(value));
export const i64 = (value: bigint): Node => plain(i64Const, 0, 1, signed(value));
export const getLocal = (index: number): Node => plain(localGet, 0, 1, unsigned(index));
export const setLocal = (index: number): Node => plain(localSet, 1, 0, unsigned(index));
export const teeLocal = (index: number): Node => plain(localTee, 1, 1, unsigned(index));
export const getGlobal = (index: number): Node => plain(globalGet, 0, 1, unsigned(index));
export const setGlobal = (index: number): Node => plain(globalSet, 1, 0, unsigned(index));
export const binary = (op: number): Node => plain(op, 2, 1);
export const unary = (op: number): Node => plain(op, 1, 1);
export const DROP = plain(CODE.drop, 1, 0);
export const NOP = plain(CODE.nop, 0, 0);
export const RETURN = plain(CODE.return, 0, 0);
export const UNREACHABLE = plain(CODE.unreachable, 0, 0);
export const MEMORY_SIZE = plain(CODE.memorySize, 0, 1, [0]);
