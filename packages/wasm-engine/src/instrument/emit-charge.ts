/**
 * The charge of one sequence (spec 03 §2.3), and the indices of what the rewriting adds.
 * @module
 */
import { BLOCK_EMPTY, OP } from "../parser/opcodes.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** Indices of what the rewriting adds to the module. */
export interface AddedIndices {
  readonly gas: number;
  readonly exhausted: number;
  readonly stack: number;
  readonly tableIndex: number;
  readonly fatal: number;
  /** Virtual size of memory in pages. */
  readonly pages: number;
  /** First of the functions of `HELPERS`. */
  readonly helpers: number;
}

/**
 * The prologue of a sequence: refuse with `exhausted = cost`, or subtract. `local` holds what is left afterwards, and
 * before when it is `inStep` with the global.
 */
export function emitCharge(
  writer: ByteWriter,
  added: AddedIndices,
  cost: number,
  local: number,
  inStep: boolean,
): void {
  if (inStep) {
    writer.op(OP.localGet, local);
  } else {
    writer.op(OP.globalGet, added.gas);
    writer.op(OP.localTee, local);
  }
  writer.constant(OP.i64Const, cost);
  writer.u8(OP.i64LtU);
  writer.op(OP.if, BLOCK_EMPTY);
  writer.constant(OP.i64Const, cost);
  writer.op(OP.globalSet, added.exhausted);
  writer.u8(OP.unreachable);
  writer.u8(OP.end);
  writer.op(OP.localGet, local);
  writer.constant(OP.i64Const, cost);
  writer.u8(OP.i64Sub);
  writer.op(OP.localTee, local);
  writer.op(OP.globalSet, added.gas);
}
